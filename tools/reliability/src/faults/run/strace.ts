import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { Injection } from '../fault-case.ts';

/** Why strace cannot be used; `null` if it can. */
export function straceProblem(): string | null {
  const { error, status, stderr } = spawnSync('strace', ['-o', '/dev/null', 'true'], {
    encoding: 'utf8',
  });
  if (error !== undefined) return 'strace is not installed';
  return status === 0 ? null : `strace does not work (${stderr.trim().split('\n').at(-1)})`;
}

export interface TracedCall {
  readonly thread: number | null;
  readonly call: string;
  readonly text: string;
  readonly injected: boolean;
}

/**
 * strace on one thread. It counts that thread's calls from the moment it attaches; with `follow`, each new
 * process has its own counters.
 */
export class Tracer {
  readonly #child: ChildProcess;
  readonly #log: string;

  private constructor(child: ChildProcess, log: string) {
    this.#child = child;
    this.#log = log;
  }

  /** Resolves once strace is attached. @param what `trace=…` or `inject=…` */
  static async attach(
    thread: number,
    what: readonly string[],
    { follow, log }: { follow: boolean; log: string },
  ): Promise<Tracer> {
    const args = [
      ...(follow ? ['-f'] : []),
      // -y prints what each descriptor is.
      ...['-y', '-p', String(thread), '-o', log, '-e', 'signal=none'],
      ...what.flatMap((expression) => ['-e', expression]),
    ];
    const child = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`strace did not attach: ${output.trim()}`)));
      child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (/attached/.test(output)) resolve();
      });
    });
    return new Tracer(child, log);
  }

  async detach(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGINT');
    await exited;
  }

  calls(): TracedCall[] {
    if (!existsSync(this.#log)) return [];
    return readFileSync(this.#log, 'utf8').split('\n').flatMap(parseCall);
  }
}

function parseCall(text: string): TracedCall[] {
  const match = /^(?:(\d+)\s+)?(\w+)\(/.exec(text);
  if (match === null) return [];
  const [, thread, call = ''] = match;
  const injected = text.includes('(INJECTED)');
  return [{ thread: thread === undefined ? null : Number(thread), call, text, injected }];
}

/** The strace expressions that make one call fail once. */
export const injecting = ({ call, errno, step }: Injection): string[] => [
  `trace=${call}`,
  `inject=${call}:error=${errno}:when=${step}`,
];
