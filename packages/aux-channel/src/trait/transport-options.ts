import { type DrainOptions, drainRules } from '../drain/drain-options.js';
import { required, type Rules } from '../options/rules.js';
import { backendList } from './backend-list.js';
import type { StderrBackend } from './trait.js';

/** The options that both transports have. */
export interface TransportOptions extends Omit<DrainOptions, 'label'> {
  /** Tried in this order; with none left the child inherits fd 2. */
  backends: readonly StderrBackend[];
}

const { label: _, ...withoutLabel } = drainRules;

/** Rules of {@link TransportOptions}, to be extended by each transport. */
export const transportRules: Rules<TransportOptions> = {
  ...withoutLabel,
  backends: required(backendList),
};
