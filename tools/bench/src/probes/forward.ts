import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { ForwardOptions } from '@rsync-io/aux-channel';
import type { FloodParameters } from './flood.ts';

export interface ForwardParameters extends FloodParameters {
  /** Path of the output file; `null` for a `cat` that discards its input. */
  readonly file: string | null;
  /** The forwarding policy and prefix. By default the policy is `auto`. */
  readonly options?: Pick<ForwardOptions, 'policy' | 'prefix'>;
}

/** The destination of forwarded stderr. */
export interface Sink {
  /** For `forward.to`: a descriptor, or a stream. */
  readonly target: number | Writable;
  /** For `stdio[2]`. */
  readonly stdio: StdioOptions extends readonly (infer T)[] ? T : never;
  /** Ends the destination, and resolves when it has accepted all bytes. */
  close(): Promise<void>;
}

export function openSink(file: string | null): Sink {
  if (file !== null) {
    const fd = openSync(file, 'w');
    return { target: fd, stdio: fd as never, close: async () => closeSync(fd) };
  }
  const cat: ChildProcess = spawn('cat', [], { stdio: ['pipe', 'ignore', 'inherit'] });
  const stdin = cat.stdin as Writable;
  const ended = once(cat, 'exit');
  return {
    target: stdin,
    stdio: stdin as never,
    async close() {
      stdin.end();
      await ended;
    },
  };
}
