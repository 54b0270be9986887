import { stderrLineChannel, type StderrLineMessage } from '@rsync-io/aux-channel';
import type { SessionLog } from './session-log.js';

/**
 * Writes every line that this thread drains from now on. By `diagnostics_channel` and not as a
 * subscriber: it is called from the drain itself, for each line, while a subscriber that falls behind
 * loses lines.
 */
export function followLines(log: SessionLog): Disposable {
  const listener = (message: unknown) => log.line((message as StderrLineMessage).line);
  stderrLineChannel.subscribe(listener);
  return { [Symbol.dispose]: () => void stderrLineChannel.unsubscribe(listener) };
}
