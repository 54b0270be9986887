import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../src/doctor/diagnose.js';
import { formatDiagnosis } from '../src/doctor/format.js';
import { runCommand } from './helpers.js';

describe('rsync-io doctor', () => {
  it('prints what is used and why', async () => {
    const { code, stdout } = await runCommand('rsync-io', ['doctor']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Stderr backend\n {2}socketpair/);
    expect(stdout).toContain('@rsync-io/transport-async');
  });

  it('prints the same as JSON', async () => {
    const { stdout } = await runCommand('rsync-io', ['doctor', '--json']);
    const diagnosis = JSON.parse(stdout) as Diagnosis;
    expect(diagnosis).toMatchObject({
      node: process.version,
      platform: process.platform,
      chosen: 'socketpair',
    });
    expect(diagnosis.backends.map(({ name, available }) => [name, available])).toEqual([
      ['socketpair', true],
      ['pipe', true],
    ]);
  });

  it('reports the flag according to the export condition', async () => {
    const withCondition = await runCommand('rsync-io', ['doctor', '--json'], {
      NODE_OPTIONS: '-C ssh-socketpair-stderr',
    });
    const without = await runCommand('rsync-io', ['doctor', '--json'], { NODE_OPTIONS: '' });
    const states = ({ stdout }: { stdout: string }) =>
      (JSON.parse(stdout) as Diagnosis).flags.map((flag) => [flag.package, flag.state]);
    const packages = ['@rsync-io/transport-async', '@rsync-io/win-shim'];
    expect(states(withCondition)).toEqual(packages.map((name) => [name, 'on']));
    expect(states(without)).toEqual(packages.map((name) => [name, 'off']));
  });

  it('explains why a better backend is not used', () => {
    const diagnosis: Diagnosis = {
      ...{
        version: '1.0.0',
        node: 'v20',
        platform: 'linux',
        arch: 'x64',
        kernel: '6',
        kernelBuffers: [],
        flags: [],
        programs: [],
      },
      chosen: 'pipe',
      why: 'the first one that works; unavailable: socketpair',
      backends: [
        { name: 'socketpair', available: false, reason: 'koffi did not load' },
        { name: 'pipe', available: true, reason: null },
      ],
    };
    expect(formatDiagnosis(diagnosis)).toContain('✗ socketpair  koffi did not load');
  });

  it('has a help and a version, and exits 2 for unknown arguments', async () => {
    expect((await runCommand('rsync-io', ['--help'])).stdout).toMatch(/^Usage: rsync-io/);
    expect((await runCommand('rsync-io', ['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+/);
    for (const args of [[], ['nonsense'], ['doctor', '--nonsense'], ['doctor', 'extra']]) {
      const { code, stderr } = await runCommand('rsync-io', args);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(stderr).toContain('Usage: rsync-io');
    }
  });
});
