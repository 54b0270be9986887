import { isAlive } from '@rsync-io/testkit';
import { SshConnection } from '@rsync-io/transport-sync';
import { describe, expect, it } from 'vitest';
import { acting, fixture, quiet, start, text } from './helpers.js';

const buffer = new Uint8Array(65_536);

describe('progress()', () => {
  it('counts the bytes of both directions', () => {
    using connection = start('cat');
    expect(connection.progress()).toMatchObject({ bytesReceived: 0, bytesSent: 0 });
    connection.writeAll(Buffer.from('seven b'));
    connection.closeStdin();
    while (connection.read(buffer) > 0);
    expect(connection.progress()).toMatchObject({ bytesReceived: 7, bytesSent: 7 });
  });
});

describe('wait() with timeoutMs', () => {
  it('ends a child that does not exit, and returns its status', () => {
    using connection = start('sleep:60000');
    expect(connection.wait({ timeoutMs: 50 })).toMatchObject({ signal: 'SIGTERM' });
    expect(isAlive(connection.pid)).toBe(false);
    expect(() => connection.read(buffer)).toThrow(
      expect.objectContaining({ code: 'ERR_WAIT_TIMEOUT' }),
    );
  });

  it('returns the status of a child that exits in time', () => {
    using connection = start('exit:3');
    expect(connection.wait({ timeoutMs: 2 ** 31 - 1 }).code).toBe(3);
  });

  it.each([-1, NaN, 2 ** 31])('rejects %s', (timeoutMs) => {
    using connection = start('cat');
    expect(() => connection.wait({ timeoutMs })).toThrow(/timeoutMs/);
  });
});

describe('ioTimeoutMs', () => {
  it('ends a write() that waits for a child whose own output nobody reads', () => {
    const command = acting('cat', { ioTimeoutMs: 500 });
    using connection = SshConnection.spawn(command, quiet);
    expect(() => connection.writeAll(new Uint8Array(10_000_000))).toThrow(
      expect.objectContaining({ code: 'ERR_IO_TIMEOUT' }),
    );
  });
});

describe('disposal of a running child', () => {
  it('ends the stream of a reader with the reason', () => {
    const { reader, child } = start(['out:part', 'sleep:60000']).split();
    expect(text(buffer.subarray(0, reader.read(buffer)))).toBe('part');
    child[Symbol.dispose]();
    expect(() => reader.read(buffer)).toThrow(expect.objectContaining({ code: 'ERR_DISPOSED' }));
  });
});

describe('executeRemoteRsync()', () => {
  it('quotes the arguments for the remote shell', () => {
    const config = { program: process.execPath, programArgs: [fixture('arguments')] };
    const words = ['--server', 'a b', "it's"];
    using connection = SshConnection.executeRemoteRsync('user@host', words, config, quiet);
    const output = text(buffer.subarray(0, connection.read(buffer)));
    expect(output).toBe(String.raw`-l user host rsync --server 'a b' 'it'\''s'` + '\n');
  });
});
