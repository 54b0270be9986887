import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { StderrLineMessage } from '@rsync-io/ssh';
import type { LineSeen } from './observation.ts';

/** A subscriber of `rsync-io:stderr:line` that takes the lines of one child. */
export class Subscription {
  readonly #listener: (message: unknown) => void;

  constructor(pid: number, lines: LineSeen[]) {
    this.#listener = (message) => {
      const { pid: source, line } = message as StderrLineMessage;
      if (source === pid) lines.push({ text: line.text, complete: line.complete });
    };
  }

  begin(): void {
    subscribe('rsync-io:stderr:line', this.#listener);
  }

  end(): void {
    unsubscribe('rsync-io:stderr:line', this.#listener);
  }
}
