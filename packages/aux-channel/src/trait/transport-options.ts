import type { DrainOptions } from '../drain/channel.js';
import type { StderrBackend } from './trait.js';

/** What both transports take besides the command. */
export interface TransportOptions extends Omit<DrainOptions, 'label'> {
  /** Tried in this order; with none left the child inherits fd 2. */
  backends: readonly StderrBackend[];
}
