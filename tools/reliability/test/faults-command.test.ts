import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeWithPeers, waitUntil } from '@rsync-io/testkit';
import { describe, expect, it } from 'vitest';

const MAIN = ['--import', 'tsx', path.join(import.meta.dirname, '../src/faults/main.ts')];
const faults = (...args: string[]) =>
  spawnSync(process.execPath, [...MAIN, ...args], { encoding: 'utf8' });

/** One or two of each group. */
const SMOKE = [
  'async/on/socketpair system call: clone 1 of the caller',
  'async/on/socketpair system call: socketpair 1 of the caller: EMFILE',
  'async/on/socketpair descriptors: 8 to spare',
  'async/on/socketpair child: leaves a daemon that holds fd 2',
  'async/on/socketpair fd 2: a full pipe with O_NONBLOCK',
  'async/on/socketpair module: koffi is not installed',
  'sync/off/pipe system call: clone 1 of the drain',
  'sync/off/pipe child: a flood at its end',
  'sync/off/pipe module: a backend that exits its thread, under 3 connections',
];

describeWithPeers(['strace'], 'npm run faults', () => {
  it('passes some cases of every group', () => {
    const { status, stdout } = faults('--json', ...SMOKE.flatMap((name) => ['--filter', name]));
    const { cases, ...totals } = JSON.parse(stdout) as {
      cases: { name: string; kind: string; injectedCall: string | null }[];
    };
    expect(cases.filter(({ kind }) => kind !== 'right')).toEqual([]);
    for (const name of SMOKE) expect(cases.map((one) => one.name).join('\n')).toContain(name);
    expect(totals).toMatchObject({ right: cases.length, wrong: 0, notInjected: 0, nodeDefects: 0 });
    for (const { name, injectedCall } of cases) {
      if (name.includes('system call')) expect(injectedCall).toContain('(INJECTED)');
    }
    expect(status).toBe(0);
  });

  it('leaves nothing behind if it is interrupted', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-faults-test-'));
    const run = spawn(process.execPath, [...MAIN, '--filter', 'sync/off/pipe child: stopped'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, TMPDIR: folder },
    });
    const ended = once(run, 'exit');
    const ownFolders = () => readdirSync(folder).filter((name) => name.includes('faults'));
    await waitUntil(() => ownFolders().length > 0, { what: 'the folder of the run' });
    run.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(ownFolders()).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

describe('the command line', () => {
  it.each([['--filter'], ['--jobs', '0'], ['--unknown']])('refuses %s', (...args) => {
    const { status, stderr } = faults(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^faults: .*\nTry --help\.\n$/);
  });

  it('prints its usage', () => {
    const { status, stdout } = faults('--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: npm run faults/);
  });
});
