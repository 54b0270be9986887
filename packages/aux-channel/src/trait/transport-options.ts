import { backendList } from '../drain/configure.js';
import { type DrainOptions, drainRules } from '../drain/drain-options.js';
import { millisecondsOrZero, required, type Rules } from '../options/rules.js';
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

/** Options of `wait()`. */
export interface WaitOptions {
  /**
   * After this time, ends the child (SIGTERM, then SIGKILL), or ends stdout with an error if its reader
   * is slow, and returns the status. Unit: milliseconds, from 0 to 2^31 - 1.
   * @defaultValue no limit
   */
  timeoutMs?: number;
}

/** Rules of {@link WaitOptions}. */
export const waitRules: Rules<WaitOptions> = { timeoutMs: millisecondsOrZero };
