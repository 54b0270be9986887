import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isAlive, program, waitUntil } from '@rsync-io/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeOnTerminal, everythingFrom, forwarding, onTerminal } from './terminal.js';

const shell = (script: string, forward = {}) => ({ program: 'sh', args: ['-c', script], forward });

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-lines-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** A script, and the pid of its shell, which is also that of a program that it starts with `exec`. */
function tellingItsPid(script: string) {
  const file = path.join(mkdtempSync(path.join(folder, 'run-')), 'pid');
  return {
    ...shell(`echo $$ >'${file}'; ${script}`),
    pid: () => Number(readFileSync(file, 'utf8')),
  };
}

const inFixture = (name: string, ...args: string[]) => {
  const file = path.join(import.meta.dirname, `fixtures/${name}.mjs`);
  const { stdout, stderr, status } = spawnSync(process.execPath, [file, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
};

describe.each(['async', 'sync'])('lines over the %s transport', (transport) => {
  const start = (...runs: object[]) =>
    spawn(process.execPath, forwarding({ transport, runs }), {
      stdio: ['ignore', 'ignore', 'pipe'],
    });

  it('shows a prompt while the child waits for the answer', async () => {
    const asking = tellingItsPid("printf 'Password: ' >&2; exec sleep 60");
    const child = start(asking);
    const [shown] = (await once(child.stderr, 'data')) as [Buffer];
    expect(shown.toString()).toBe('Password: ');
    expect(isAlive(asking.pid())).toBe(true);
    process.kill(asking.pid(), 'SIGKILL');
    await once(child, 'close');
  });

  describeOnTerminal('on a terminal', () => {
    it('shows a prompt while the child waits for the answer', async () => {
      const asking = tellingItsPid("printf 'Password: ' >&2; exec sleep 60");
      const child = onTerminal(forwarding({ transport, runs: [asking] }));
      const [shown] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
      expect(shown.toString()).toBe('Password: ');
      expect(isAlive(asking.pid())).toBe(true);
      process.kill(asking.pid(), 'SIGKILL');
      await once(child, 'close');
    });
  });

  it('never mixes output of several hosts in one line', async () => {
    const hosts = ['alpha', 'beta', 'gamma', 'delta'];
    const flood = (host: string) =>
      shell(`yes ${host.repeat(9)} | head -20000 >&2`, { prefix: `[${host}] ` });
    const shown = (await everythingFrom(start(...hosts.map(flood)), 'stderr')).toString();
    const lines = shown.split('\n').slice(0, -1);
    expect(lines).toHaveLength(4 * 20_000);
    const allowed = new Set(hosts.map((host) => `[${host}] ${host.repeat(9)}`));
    expect(lines.filter((line) => !allowed.has(line))).toEqual([]);
  });

  it('makes the child wait for a slow reader, and buffers little meanwhile', async () => {
    const bytes = 100_000_000;
    const writer = tellingItsPid(
      `exec '${process.execPath}' '${program('write-stderr')}' ${bytes}`,
    );
    const child = start(writer);
    await waitUntil(() => child.stderr.readableLength > 0, { what: 'the first bytes' });
    // Without a reader, the child cannot write everything, so it cannot exit.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(isAlive(writer.pid())).toBe(true);
    if (process.platform === 'linux') {
      expect(residentMiB(child.pid as number)).toBeLessThan(150);
    }
    expect(await everythingFrom(child, 'stderr')).toHaveLength(bytes);
  });

  it('counts a million lines that a subscriber does not read, in constant memory', () => {
    const lines = 1_000_000;
    const alone = inFixture('never-reads', transport, String(lines), 'alone');
    const watched = inFixture('never-reads', transport, String(lines), 'subscribed');
    expect(watched).toMatchObject({ inOrder: true, delivered: 1024, totalBytes: lines * 20 });
    expect(Number(watched['delivered']) + Number(watched['dropped'])).toBe(lines);
    expect(alone).toMatchObject({ delivered: 0, dropped: 0, totalBytes: lines * 20 });
    const grownMiB = (Number(watched['maxRssKiB']) - Number(alone['maxRssKiB'])) / 1024;
    expect(grownMiB).toBeLessThan(48);
  });
});

const residentMiB = (pid: number) =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
