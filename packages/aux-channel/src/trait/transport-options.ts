import { type DrainOptions, drainRules } from '../drain/drain-options.js';
import { required, type Rules } from '../options/rules.js';
import { backendList } from './backend-list.js';
import type { StderrBackend } from './trait.js';

/** The options that both transports share. */
export interface TransportOptions extends Omit<DrainOptions, 'label'> {
  /** Tried in this order. If none works, the child inherits fd 2. */
  backends: readonly StderrBackend[];
}

const { label: _, ...withoutLabel } = drainRules;

/** Rules of {@link TransportOptions}, which each transport extends. */
export const transportRules: Rules<TransportOptions> = {
  ...withoutLabel,
  backends: required(backendList),
};
