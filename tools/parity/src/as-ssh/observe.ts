import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import xterm from '@xterm/headless';
import type { Case } from './case.ts';

/** Everything visible of one run, apart from the files. */
export interface Outcome {
  readonly status: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly screen: string;
}

/** Unit: milliseconds. */
const DEADLINE_MS = 600_000;
const EXPLANATION = /^rsync-io-ssh: [^\n]*\n/gm;

/** Runs a script of bash, on pipes or on a terminal, and returns everything it wrote. */
export async function observe(
  { terminal, keys = [], explained }: Case,
  file: string,
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Outcome> {
  const child = terminal
    ? spawn('script', ['-qefc', `exec bash '${file}'`, '/dev/null'], { ...options, detached: true })
    : spawn('bash', [file], { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  // The whole group, because a program that hangs is usually not bash.
  const timer = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), DEADLINE_MS);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  if (terminal) type(child, keys, stdout);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(timer);
  const shown = (text: string) => (explained ? text.replace(EXPLANATION, '') : text);
  const status = String(signal ?? code);
  if (terminal) {
    return { status, stdout: '', stderr: '', screen: shown(await screenOf(Buffer.concat(stdout))) };
  }
  const [out, err] = [stdout, stderr].map((chunks) => Buffer.concat(chunks).toString('latin1'));
  return { status, stdout: out as string, stderr: shown(err as string), screen: '' };
}

/** Types each text after the one that it waits for has appeared. */
function type({ stdin, stdout }: ChildProcess, keys: Case['keys'] & {}, chunks: Buffer[]): void {
  // The terminal may close while something is typed.
  stdin?.on('error', () => {});
  let next = 0;
  let from = 0;
  stdout?.on('data', () => {
    const text = Buffer.concat(chunks).toString('latin1');
    for (let key = keys[next]; key !== undefined; key = keys[next]) {
      const at = text.indexOf(key[0], from);
      if (at === -1) return;
      from = at + key[0].length;
      next += 1;
      stdin?.write(key[1]);
    }
  });
}

/** The title, the number of bells, and the text of a terminal of 400 × 1,000 characters, with the cursor. */
async function screenOf(bytes: Buffer): Promise<string> {
  const terminal = new xterm.Terminal({ cols: 400, rows: 1_000, allowProposedApi: true });
  let title = '';
  let bells = 0;
  terminal.onTitleChange((text) => (title = text));
  terminal.onBell(() => (bells += 1));
  await new Promise<void>((resolve) => terminal.write(bytes, resolve));
  const { active } = terminal.buffer;
  const line = (i: number) => active.getLine(i)?.translateToString(true) ?? '';
  const lines = Array.from({ length: active.cursorY + 1 }, (_, i) => line(i));
  const events = [title && `title: ${title}\n`, bells > 0 && `bells: ${bells}\n`];
  return [...events.filter(Boolean), lines.join('\n'), `\ncursor: ${active.cursorX}\n`].join('');
}
