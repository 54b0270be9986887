import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const FIXTURE = ['--import', 'tsx', path.join(import.meta.dirname, 'fixture.ts')];
const run = (...args: string[]) =>
  spawnSync(process.execPath, [...FIXTURE, ...args], { encoding: 'utf8' });

describe('a command line', () => {
  it('exits with the returned status', () => {
    expect(run()).toMatchObject({ status: 0, stdout: '0 of a+b+c\n', stderr: '' });
    expect(run('--count', '3', '--of=c')).toMatchObject({ status: 3, stdout: '3 of c\n' });
  });

  it('prints its usage', () => {
    const { status, stdout, stderr } = run('--help', '--count', 'x');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: npm run fixture \[-- OPTIONS\]\n/);
    expect(stdout).toContain('  --of LIST          letters: a, b, c (default: all)\n');
  });

  it.each([
    [['--count', '10'], "--count takes an integer from 0 to 9, not '10'."],
    [['--count', '1.5'], "--count takes an integer from 0 to 9, not '1.5'."],
    [['--count', ''], "--count takes an integer from 0 to 9, not ''."],
    [['--of', 'a,d'], "--of does not accept 'd'; it accepts a, b, c."],
  ])('refuses %j with one line and without running', (args, message) => {
    const stderr = `fixture: ${message}\nTry --help.\n`;
    expect(run(...args)).toMatchObject({ status: 2, stdout: '', stderr });
  });

  it.each([['--nonsense'], ['word'], ['--count']])('refuses %s', (...args) => {
    const { status, stdout, stderr } = run(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^fixture: .+\nTry --help\.\n$/s);
  });

  it('states why this machine cannot run it', () => {
    const stderr = 'fixture: not run: there is no moon; wait for the night.\n';
    expect(run('--unsupported')).toMatchObject({ status: 3, stdout: '', stderr });
  });

  it('shows the stack of a bug', () => {
    const { status, stderr } = run('--broken');
    expect(status).toBe(1);
    expect(stderr).toContain('Error: a bug\n    at ');
  });
});

describe.runIf(process.platform !== 'win32')('Ctrl-C', () => {
  const waiting = async (...args: string[]) => {
    const child = spawn(process.execPath, [...FIXTURE, '--wait', ...args]);
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    await once(child.stdout, 'data');
    return { child, stdout: () => stdout };
  };

  it.each(['SIGINT', 'SIGTERM'] as const)('lets the command clean up: %s', async (signal) => {
    const { child, stdout } = await waiting();
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(stdout()).toBe(`waiting\nEnded by ${signal}.\n`);
  });

  it('ends the process the second time', async () => {
    const { child } = await waiting('--count', '1');
    child.kill('SIGINT');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([null, 'SIGINT']);
  });
});
