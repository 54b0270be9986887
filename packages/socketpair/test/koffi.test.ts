import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { socketpairBackend } from '@rsync-io/socketpair';
import { describe, expect, it } from 'vitest';

/** Runs a module in this package with koffi missing. */
function withoutKoffi(script: string) {
  const hook = `
    const Module = require('node:module');
    const load = Module._load;
    Module._load = function (request, ...rest) {
      if (request === 'koffi') throw Object.assign(new Error("Cannot find module 'koffi'"), { code: 'MODULE_NOT_FOUND' });
      return load.call(this, request, ...rest);
    };`;
  const preload = `data:text/javascript,import { createRequire } from 'node:module'; createRequire('file:///')('node:vm').runInThisContext(${JSON.stringify(`(require) => {${hook}}`)})(createRequire('file:///'));`;
  return spawnSync(process.execPath, ['--import', preload, '--input-type=module', '-e', script], {
    cwd: path.join(import.meta.dirname, '..'),
    encoding: 'utf8',
  });
}

describe('without koffi', () => {
  it('the package can be imported, and reports that it is unavailable', () => {
    const { stdout, stderr } = withoutKoffi(`
      import backend from '@rsync-io/socketpair';
      await backend.open().catch((error) => console.log(error.name, error.code, error.backend, error.message));`);
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^BackendUnavailableError ERR_BACKEND_UNAVAILABLE socketpair .*koffi.*Cannot find module/,
    );
  });

  it('the pipe is used instead, which is reported once', () => {
    const { stdout, stderr } = withoutKoffi(`
      import { configureStderrChannel } from '@rsync-io/aux-channel';
      import socketpair from '@rsync-io/socketpair';
      import pipe from '@rsync-io/pipe';
      for (let i = 0; i < 3; i++) console.log((await configureStderrChannel([socketpair, pipe])).backend);`);
    expect(stdout).toBe('pipe\npipe\npipe\n');
    expect(stderr.split('\n')).toHaveLength(2);
    expect(stderr).toMatch(
      /^rsync-io: The socketpair backend is unavailable: .*; using the pipe backend instead\.\n$/,
    );
  });
});

describe('on Bun', () => {
  it('the backend is unavailable, because Bun would lose what the child writes', async () => {
    const { versions } = process;
    Object.defineProperty(process, 'versions', { value: { ...versions, bun: '1.4.5' } });
    try {
      await expect(socketpairBackend.open()).rejects.toThrow(/socketpair backend.*: Bun does not/);
    } finally {
      Object.defineProperty(process, 'versions', { value: versions });
    }
  });
});
