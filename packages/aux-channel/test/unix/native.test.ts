import { spawnSync } from 'node:child_process';
import { fstatSync, readSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { loadKoffi } from '../../src/native/koffi.js';
import { bindUnix } from '../../src/native/unix.js';

const unix = bindUnix(loadKoffi(import.meta.url));

describe('the C library', () => {
  it('creates a pair that carries bytes, reports how much is queued, and ends', () => {
    const [parent, child] = unix.socketpair();
    unix.setSendBuffer(child, 1_048_576);
    writeSync(child, Buffer.alloc(1_000, 'x'));
    expect(unix.queuedBytes(parent)).toBe(1_000);
    expect(readSync(parent, Buffer.alloc(400))).toBe(400);
    expect(unix.queuedBytes(parent)).toBe(600);
    unix.shutdownRead(parent);
    expect(() => writeSync(child, 'y')).toThrow(/EPIPE/);
    unix.close(parent);
    unix.close(child);
    expect(() => fstatSync(parent)).toThrow(/EBADF/);
  });

  it('never waits, and reports the end of the stream', () => {
    const [one, other] = unix.socketpair();
    const buffer = new Uint8Array(8);
    expect(unix.receive(one, buffer)).toBeNull();
    expect(unix.send(other, Buffer.from('abc'))).toBe(3);
    expect(unix.receive(one, buffer)).toBe(3);
    while (unix.send(other, new Uint8Array(65_536)) > 0);
    unix.close(one);
    expect(() => unix.send(other, buffer)).toThrow(expect.objectContaining({ code: 'EPIPE' }));
    unix.close(other);
  });

  it('names the errno of a failed call', () => {
    expect(() => unix.queuedBytes(-1)).toThrow(
      expect.objectContaining({ code: 'EBADF', syscall: 'ioctl', errno: -9 }),
    );
  });

  it('reports a missing koffi and how to install it', () => {
    expect(() => loadKoffi('file:///nowhere/module.js')).toThrow(/npm install koffi/);
  });

  it('sends to a closed peer without SIGPIPE, even with its default action', async () => {
    const source = `
      const { bindUnix, loadKoffi } = await import(process.argv[1]);
      const ignore = () => {};
      process.on('SIGPIPE', ignore).off('SIGPIPE', ignore);
      const unix = bindUnix(loadKoffi(process.argv[1]));
      const [one, other] = unix.socketpair();
      unix.close(other);
      try { unix.send(one, new Uint8Array(1)); } catch ({ code }) { console.log(code); }`;
    const module = new URL('../../dist/backend.js', import.meta.url).href;
    const args = ['--input-type=module', '-e', source, module];
    const { stdout, signal } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect([stdout, signal]).toEqual(['EPIPE\n', null]);
  });

  it('closes its own descriptor in a worker thread without a warning', async () => {
    const source = `
      process.on('warning', ({ message }) => require('node:worker_threads').parentPort.postMessage(message));
      import(${JSON.stringify(new URL('../../dist/backend.js', import.meta.url).href)}).then(
        ({ bindUnix, loadKoffi }) => {
          const unix = bindUnix(loadKoffi(${JSON.stringify(import.meta.url)}));
          for (const fd of unix.socketpair()) unix.close(fd);
        });`;
    const worker = new Worker(source, { eval: true });
    const warnings: unknown[] = [];
    worker.on('message', (warning) => warnings.push(warning));
    await new Promise((resolve) => worker.once('exit', resolve));
    expect(warnings).toEqual([]);
  });
});
