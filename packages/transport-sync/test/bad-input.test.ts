import { SshCommand, TransportStateError } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';
import { waitUntil } from '@rsync-io/testkit';
import { SshConnection } from '@rsync-io/transport-sync';
import { describe, expect, it } from 'vitest';
import { fixture, quiet, start, text } from './helpers.js';

const byte = new Uint8Array(1);

function detached(): Uint8Array {
  const bytes = new Uint8Array(8);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

describe('reading', () => {
  it('into an empty buffer is an error, because 0 means the end', () => {
    using connection = start('out:x\n');
    expect(() => connection.read(new Uint8Array(0))).toThrow(RangeError);
    expect(connection.read(byte)).toBe(1);
  });

  it('into a detached buffer, or into none, is an error', () => {
    using connection = start('out:x\n');
    expect(() => connection.read(detached())).toThrow(/detached/);
    expect(() => connection.read('x' as never)).toThrow(TypeError);
  });

  it('after the end returns 0 again', () => {
    using connection = start([]);
    expect(connection.read(byte)).toBe(0);
    expect(connection.read(byte)).toBe(0);
  });

  it('after a wait() that discarded output is an error that mentions it', () => {
    using connection = start('out:left\n');
    connection.wait();
    expect(() => connection.read(byte)).toThrow(/wait\(\) discarded 5 bytes/);
    expect(() => connection.read(byte)).toThrow(
      expect.objectContaining({ code: 'ERR_OUTPUT_DISCARDED' }),
    );
  });

  it('after a wait() that discarded nothing returns 0', () => {
    using silent = start([]);
    silent.wait();
    expect(silent.read(byte)).toBe(0);
    using read = start('out:x\n');
    read.read(new Uint8Array(10));
    read.wait();
    expect(read.read(byte)).toBe(0);
  });

  it('works after the exit, as long as wait() was not called', async () => {
    using connection = start('out:queued\n');
    await waitUntil(() => connection.tryWait() !== null, { what: 'the exit' });
    const buffer = new Uint8Array(100);
    expect(text(buffer.subarray(0, connection.read(buffer)))).toBe('queued\n');
  });

  it('after disposal is an error, even if the end was reached', () => {
    const connection = start([]);
    connection.read(byte);
    connection[Symbol.dispose]();
    expect(() => connection.read(byte)).toThrow(TransportStateError);
  });

  it('after the reader was closed is an error; the next write of the child fails', () => {
    const { reader, child } = start(['sleep:200', 'try:8']).split();
    reader.close();
    reader.close();
    expect(() => reader.read(byte)).toThrow(TransportStateError);
    expect(child.wait().code).toBe(8);
  });
});

describe('writing', () => {
  it('an empty buffer writes nothing', () => {
    using connection = start('cat');
    expect(connection.write(new Uint8Array(0))).toBe(0);
    connection.writeAll(new Uint8Array(0));
    expect(connection.wait().success).toBe(true);
  });

  it('from a detached buffer is an error, because its data would be lost', () => {
    using connection = start('cat');
    expect(() => connection.write(detached())).toThrow(/detached/);
    expect(() => connection.writeAll(detached())).toThrow(/detached/);
  });

  it('after closeStdin() is an error', () => {
    using connection = start('cat');
    connection.closeStdin();
    connection.closeStdin();
    expect(() => connection.write(byte)).toThrow(TransportStateError);
    expect(() => connection.writeAll(byte)).toThrow(TransportStateError);
  });

  it('to a child that has closed stdin is EPIPE, and the status remains available', async () => {
    // On Windows only the exit closes its stdin.
    const closing = process.platform === 'win32' ? [] : ['close:0'];
    using connection = start([...closing, 'out:closed\n', 'sleep:200', 'exit:6']);
    connection.read(new Uint8Array(10));
    if (closing.length === 0) {
      await waitUntil(() => connection.tryWait() !== null, { what: 'the exit' });
    }
    expect(() => connection.writeAll(byte)).toThrow(
      expect.objectContaining({ code: 'EPIPE', name: 'RsyncIoError' }),
    );
    expect(connection.wait().code).toBe(6);
  });

  it('more than the pipe holds writes what fits', () => {
    using connection = start(['sleep:200', 'count']);
    const block = new Uint8Array(5_000_000);
    const first = connection.write(block);
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(block.length);
    connection.writeAll(block.subarray(first));
    connection.closeStdin();
    const buffer = new Uint8Array(100);
    expect(Number(text(buffer.subarray(0, connection.read(buffer))))).toBe(5_000_000);
  });
});

describe('options', () => {
  it('that cannot be sent to another thread are rejected, and nothing is spawned', () => {
    const forward = { to: () => {} } as never;
    expect(() => start([], { forward })).toThrow(/^forward\.to must be the number of a descriptor/);
    expect(() => start([], { forward: { to: process.stderr as never } })).toThrow(
      /^forward\.to must be the number of a descriptor/,
    );
    expect(() => start([], { warnings: { capacity: 0 } })).toThrow(
      /^warnings\.capacity must be a positive integer/,
    );
  });

  it('with a backend that cannot be loaded fall back to the next one', () => {
    const missing = {
      ...pipeBackend,
      name: 'socketpair',
      module: 'file:///no/such/backend.js',
    } as const;
    using connection = start('err:x\n', { backends: [missing, pipeBackend] });
    expect(connection.stderrSnapshot().backend).toBe('pipe');
    expect(text(connection.waitWithStderr().stderr)).toBe('x\n');
  });

  it('with an unknown signal are rejected', () => {
    using connection = start('cat');
    expect(() => connection.kill('SIGNOPE' as never)).toThrow(/SIGNOPE/);
  });
});

describe('pumping', () => {
  it.each([-1, 1.5, NaN, '0'])('from or to the descriptor %j is an error', (fd) => {
    using connection = start('cat');
    const rejected = expect.objectContaining({ code: 'ERR_INVALID_OPTION' });
    expect(() => connection.pump(fd as number, 1)).toThrow(rejected);
    expect(() => connection.pump(0, fd as number)).toThrow(rejected);
  });
});

describe('lines', () => {
  it('are returned in order, and only with the option', () => {
    using connection = start('err:one\r\ntwo\n\nlast', { warnings: true });
    connection.wait();
    const lines = connection.takeWarnings();
    expect(lines.map((line) => line.text)).toEqual(['one', 'two', '', 'last']);
    expect(lines.map((line) => line.seq)).toEqual([0, 1, 2, 3]);
    expect(lines.map((line) => line.complete)).toEqual([true, true, true, false]);
    expect(connection.takeWarnings()).toEqual([]);

    using without = start('err:one\n');
    without.wait();
    expect(without.takeWarnings()).toEqual([]);
  });

  it('can be taken while the child runs, and are dropped and counted when there are too many', () => {
    using connection = start(['err:1\n2\n3\n4\n5\n', 'out:x\n', 'cat'], {
      warnings: { capacity: 2 },
    });
    connection.read(new Uint8Array(10));
    const lines = connection.takeWarnings();
    expect(lines.length).toBeLessThanOrEqual(2);
    connection.wait();
    const { droppedWarnings } = connection.stderrSnapshot();
    expect(lines.length + connection.takeWarnings().length + droppedWarnings).toBe(5);
  });
});

describe('splitting', () => {
  it('transfers ownership, so disposing of the connection does not end the process', () => {
    const connection = start('cat');
    const { reader, writer, child } = connection.split();
    connection[Symbol.dispose]();
    writer.writeAll(Buffer.from('by hand'));
    writer.close();
    const buffer = new Uint8Array(100);
    expect(text(buffer.subarray(0, reader.read(buffer)))).toBe('by hand');
    expect(child.wait().success).toBe(true);
    expect(child.pid).toBe(connection.pid);
  });
});

describe('connecting', () => {
  it('builds the command line of the target', () => {
    const config = { program: process.execPath, port: 2222, remoteCommand: ['rsync', '--server'] };
    const started = { ...config, programArgs: [fixture('arguments')] };
    using connection = SshConnection.connect('user@host', started, quiet);
    const buffer = new Uint8Array(200);
    const output = text(buffer.subarray(0, connection.read(buffer)));
    const { args } = SshCommand.for('user@host', config);
    expect(output).toBe(`${args.join(' ')}\n`);
  });
});
