import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

/** Why strace cannot be used; `null` if it can. */
export function straceProblem(): string | null {
  if (process.platform !== 'linux') return 'this is not Linux';
  const args = ['-o', '/dev/null', 'true'];
  const { error, status, stderr } = spawnSync('strace', args, { encoding: 'utf8' });
  if (error !== undefined) return 'strace is not installed';
  return status === 0 ? null : `strace does not work (${stderr.trim().split('\n').at(-1)})`;
}

export interface TracedCall {
  readonly thread: string;
  readonly call: string;
  /** As strace prints it. */
  readonly text: string;
}

/**
 * Attaches strace to one thread, whose calls are counted from then on; with `follow`, each new process has its own
 * counters. Returns a function that detaches it.
 *
 * @param what `trace=…` or `inject=…`
 */
export async function attachStrace(
  thread: number,
  what: readonly string[],
  { follow, log }: { follow: boolean; log: string },
): Promise<() => Promise<void>> {
  // -y prints what each descriptor is.
  const options = [...(follow ? ['-f'] : []), '-y', '-o', log, '-e', 'signal=none'];
  const expressions = what.flatMap((expression) => ['-e', expression]);
  const child = spawn('strace', [...options, ...expressions, '-p', String(thread)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  let output = '';
  for await (const text of child.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    output += text as string;
    if (output.includes('attached')) break;
  }
  if (!output.includes('attached')) throw new Error(`strace did not attach: ${output.trim()}`);
  child.stderr.resume();
  return async () => {
    child.kill('SIGINT');
    await exited;
  };
}

export function callsIn(log: string): TracedCall[] {
  if (!existsSync(log)) return [];
  return [...readFileSync(log, 'utf8').matchAll(/^(?:(\d+) +)?(\w+)\(.*$/gm)].map(
    ([text, thread = '', call = '']) => ({ thread, call, text }),
  );
}
