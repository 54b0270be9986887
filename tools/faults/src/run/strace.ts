import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { Injection } from '../matrix/fault-case.js';

/** Why no system call can be made to fail here; `null` where it can. */
export function whyNoStrace(): string | null {
  const { error, status, stderr } = spawnSync('strace', ['-o', '/dev/null', 'true'], {
    encoding: 'utf8',
  });
  if (error !== undefined) return 'strace is not installed';
  return status === 0 ? null : `strace does not work here (${stderr.trim().split('\n').at(-1)})`;
}

/**
 * strace on one thread. Its counter of calls starts when it attaches, and is that of the thread alone;
 * with `follow` each new process has a counter of its own.
 */
export class Tracer {
  readonly #child: ChildProcess;
  readonly #log: string;

  private constructor(child: ChildProcess, log: string) {
    this.#child = child;
    this.#log = log;
  }

  /** Resolves when every call is seen. @param what `trace=…` or `inject=…` */
  static async attach(
    thread: number,
    what: readonly string[],
    { follow, log }: { follow: boolean; log: string },
  ): Promise<Tracer> {
    const args = [
      ...(follow ? ['-f'] : []),
      // -y: what each descriptor is.
      ...['-y', '-p', String(thread), '-o', log, '-e', 'signal=none'],
      ...what.flatMap((expression) => ['-e', expression]),
    ];
    const child = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`strace did not attach: ${said.trim()}`)));
      child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (/attached/.test(said)) resolve();
      });
    });
    return new Tracer(child, log);
  }

  /** Lets go of the thread. */
  async detach(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGINT');
    await gone;
  }

  /** What was seen, one call a line, without the number of the process. */
  lines(): TracedCall[] {
    if (!existsSync(this.#log)) return [];
    return readFileSync(this.#log, 'utf8').split('\n').flatMap(parsed);
  }
}

export interface TracedCall {
  readonly thread: number | null;
  readonly call: string;
  readonly text: string;
  readonly injected: boolean;
}

function parsed(line: string): TracedCall[] {
  const match = /^(?:(\d+)\s+)?(\w+)\(/.exec(line);
  if (match === null) return [];
  const [, thread, call] = match;
  return [
    {
      thread: thread === undefined ? null : Number(thread),
      call: call as string,
      text: line,
      injected: line.includes('(INJECTED)'),
    },
  ];
}

/** The arguments that make one call fail once. */
export const injecting = ({ call, errno, step }: Injection): string[] => [
  `trace=${call}`,
  `inject=${call}:error=${errno}:when=${step}`,
];
