import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fixture } from '../helpers.js';

const run = (name: string) =>
  spawnSync(process.execPath, [fixture(name)], { encoding: 'utf8', timeout: 100_000 });

describe('in a worker with the default options', () => {
  it('a connection has a drain thread of its own, is closed without a warning, and lets the worker end', () => {
    const { stdout, stderr, status } = run('in-worker');
    const both = ['out err 2', 'out err 2'];
    expect(JSON.parse(stdout)).toEqual({ inMain: both, inWorker: both, code: 0 });
    expect(stderr).not.toContain('File descriptor');
    expect(status).toBe(0);
  });

  it.runIf(process.platform === 'linux')(
    'a connection that terminate() cuts off leaves no descriptor; its child ends, as a zombie of this process',
    () => {
      const { stdout, stderr } = run('terminated-worker');
      expect(JSON.parse(stdout)).toEqual({ leaked: 0, state: 'Z' });
      expect(stderr).not.toContain('File descriptor');
    },
  );
});
