import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import backend from '../src/index.js';

const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-duplicate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a duplicate of a descriptor', () => {
  it('shares the file position, outlives the original, and is closed separately', async () => {
    const endpoint = await backend.open();
    const file = path.join(folder, 'log');
    const original = openSync(file, 'w');
    writeSync(original, 'one\n');
    const duplicate = endpoint.duplicate?.(original);
    if (duplicate === undefined) throw new Error('The socketpair backend can duplicate.');
    expect(duplicate.fd).toBeGreaterThan(2);
    closeSync(original);
    writeSync(duplicate.fd, 'two\n');
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
    duplicate.close();
    expect(() => fstatSync(duplicate.fd)).toThrow('EBADF');
    endpoint.dispose();
  });

  it.runIf(process.platform === 'linux')('is not inherited by other programs', async () => {
    const endpoint = await backend.open();
    const original = openSync(path.join(folder, 'log'), 'w');
    const duplicate = endpoint.duplicate?.(original);
    const O_CLOEXEC = 0o2000000;
    const info = readFileSync(`/proc/self/fdinfo/${duplicate?.fd}`, 'utf8');
    const flags = Number.parseInt(/^flags:\s*(\d+)/m.exec(info)?.[1] ?? '0', 8);
    expect(flags & O_CLOEXEC).toBe(O_CLOEXEC);
    duplicate?.close();
    closeSync(original);
    endpoint.dispose();
  });

  it('of a closed descriptor fails with the error code of the system', async () => {
    const endpoint = await backend.open();
    const closed = openSync(path.join(folder, 'log'), 'w');
    closeSync(closed);
    expect(() => endpoint.duplicate?.(closed)).toThrow(expect.objectContaining({ code: 'EBADF' }));
    endpoint.dispose();
  });
});
