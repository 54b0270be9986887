import { type DrainOptions, drainRules } from '../drain/drain-options.js';
import { required, rule, type Rule, type Rules } from '../options/rules.js';
import type { StderrBackend } from './trait.js';

/** The options that both transports have. */
export interface TransportOptions extends Omit<DrainOptions, 'label'> {
  /** Tried in this order; with none left the child inherits fd 2. */
  backends: readonly StderrBackend[];
}

function isBackend(value: unknown): boolean {
  const { name, module, open } = Object(value) as Partial<Record<keyof StderrBackend, unknown>>;
  return typeof name === 'string' && typeof module === 'string' && typeof open === 'function';
}

const backendList: Rule<readonly StderrBackend[]> = rule(
  'an array of backends, such as platformBackends() of @rsync-io/ssh',
  (value) => Array.isArray(value) && value.every(isBackend),
);

const { label: _, ...withoutLabel } = drainRules;

/** Rules of {@link TransportOptions}, to be extended by each transport. */
export const transportRules: Rules<TransportOptions> = {
  ...withoutLabel,
  backends: required(backendList),
};
