import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { describe, expect, it } from 'vitest';
import { childProcesses, descendants, isAlive, openDescriptors, waitUntil } from '../src/index.js';

const CENSUS = openDescriptors() !== null && childProcesses() !== null;

describe.skipIf(!CENSUS)('the census (where the system tells)', () => {
  it('counts a descriptor while it is open', () => {
    const before = openDescriptors() as number;
    const fd = openSync(devNull, 'r');
    expect(openDescriptors()).toBe(before + 1);
    closeSync(fd);
    expect(openDescriptors()).toBe(before);
  });

  it('sees a child while it lives, and what it started', async () => {
    const child = spawn('sh', ['-c', 'sleep 300 & echo $!; wait'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const sleeper = Number(line.toString());
    expect(sleeper).toBeGreaterThan(1);
    const pid = child.pid as number;
    expect(childProcesses()).toContain(pid);
    expect(descendants(pid)).toEqual([sleeper]);
    process.kill(sleeper, 'SIGKILL');
    await once(child, 'exit');
    expect(childProcesses()).not.toContain(pid);
    expect(isAlive(pid)).toBe(false);
  });
});

describe('waitUntil', () => {
  it('returns when the predicate holds', async () => {
    let calls = 0;
    await waitUntil(() => ++calls === 3, { what: 'the third call', everyMs: 1 });
    expect(calls).toBe(3);
  });

  it('names what it waited for in vain', async () => {
    const never = waitUntil(() => false, { what: 'nothing', timeoutMs: 5, everyMs: 1 });
    await expect(never).rejects.toThrow('Waited 5 ms in vain for nothing.');
  });
});
