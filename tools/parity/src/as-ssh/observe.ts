import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import xterm from '@xterm/headless';
import type { Case, Outcome } from './case.ts';

/** Unit: milliseconds. */
const DEADLINE_MS = 600_000;
const EXPLANATION = /^rsync-io-ssh: [^\n]*\n/gm;

/** Runs a script of bash, on pipes or on a terminal, and returns everything it wrote. */
export async function observe(
  { terminal, keys = [], explained }: Case,
  file: string,
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Omit<Outcome, 'files'>> {
  const child = terminal
    ? spawn('script', ['-qefc', `exec bash '${file}'`, '/dev/null'], { ...options, detached: true })
    : spawn('bash', [file], { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  // The whole group, because a program that hangs is usually not bash.
  const timer = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), DEADLINE_MS);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  if (terminal) type(child, keys);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(timer);
  const [out, err] = [Buffer.concat(stdout), Buffer.concat(stderr).toString('latin1')];
  const shown = (text: string) => (explained ? text.replace(EXPLANATION, '') : text);
  return {
    status: String(signal ?? code),
    stdout: terminal ? '' : out.toString('latin1'),
    stderr: shown(err),
    screen: terminal ? shown(await screenOf(out)) : '',
  };
}

/** Types the keys of each step once its text has appeared. */
function type({ stdin, stdout }: ChildProcess, keys: Case['keys'] & {}): void {
  // The terminal may close while something is typed.
  stdin?.on('error', () => {});
  const left = [...keys];
  let text = '';
  stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    for (let key = left[0]; key !== undefined && text.includes(key[0]); key = left[0]) {
      text = text.slice(text.indexOf(key[0]) + key[0].length);
      stdin?.write(key[1]);
      left.shift();
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
