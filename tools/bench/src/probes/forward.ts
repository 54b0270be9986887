import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { ForwardOptions } from '@rsync-io/aux-channel';
import type { FloodParameters } from './flood.ts';

export interface ForwardParameters extends FloodParameters {
  /** Path of a file that takes all, or `null`: a `cat` that throws all away. */
  readonly file: string | null;
  /** What the channel does with the bytes; by default the policy `auto`. */
  readonly options?: Pick<ForwardOptions, 'policy' | 'prefix'>;
}

/** Where forwarded stderr goes. */
export interface Sink {
  /** For `forward.to`: a descriptor, or a stream. */
  readonly target: number | Writable;
  /** For `stdio[2]`. */
  readonly stdio: StdioOptions extends readonly (infer T)[] ? T : never;
  /** Ends it, and resolves when it has taken all. */
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
