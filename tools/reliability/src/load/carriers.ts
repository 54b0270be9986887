import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { platformBackends } from '@rsync-io/ssh';
import type { AsyncSshTransport } from '@rsync-io/transport-async';
import { SshConnection } from '@rsync-io/transport-sync';
import { commandOf } from './connection.ts';
import type { Carry } from './load.ts';
import { type Material, takeFile } from '../race/material.ts';

const quiet = { backends: platformBackends(), forward: false, surface: 'never' } as const;

/**
 * The asynchronous transport, used as its README does: a reader, `waitWithStderr()`, disposal. Every other
 * connection pipes its output to a file instead.
 */
export function asyncCarrier(
  Transport: Pick<typeof AsyncSshTransport, 'spawn'>,
  material: Material,
): Carry {
  let count = 0;
  return async (connection, stdinFile) => {
    const toFile = count++ % 2 === 1 ? `${stdinFile}.stdout` : null;
    const transport = await Transport.spawn(commandOf(connection, material, stdinFile), quiet);
    const { stdin, stdout } = transport;
    if (stdin === null || stdout === null) throw new Error('The wire is a pipe.');
    const chunks: Buffer[] = [];
    let written: Promise<void> | undefined;
    if (toFile === null) stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    else {
      const file = stdout.pipe(createWriteStream(toFile));
      stdout.on('error', (error) => file.destroy(error));
      // The transport waits for its own stream, not for the disk.
      written = finished(file);
    }
    if (connection.stdinBytes !== null)
      stdin.end(material.stdout.subarray(0, connection.stdinBytes));
    const ended = transport.waitWithStderr().finally(() => transport[Symbol.asyncDispose]());
    const [{ status, stderr }] = await Promise.all([ended, written]);
    const stderrBytes = transport.stderrSnapshot().totalBytes;
    const received =
      toFile === null ? Buffer.concat(chunks) : (takeFile(toFile) ?? Buffer.alloc(0));
    return { connection, stdout: received, stderr, stderrBytes, code: status.code };
  };
}

/** The blocking transport: write everything, read to the end, wait. */
export function syncCarrier(material: Material): Carry {
  return async (connection, stdinFile) => {
    const child = SshConnection.spawn(commandOf(connection, material, stdinFile), quiet);
    // Other connections are started, and advance, before this one is served.
    await new Promise((resolve) => setImmediate(resolve));
    if (connection.stdinBytes !== null) {
      child.writeAll(material.stdout.subarray(0, connection.stdinBytes));
      child.closeStdin();
    }
    const chunks: Buffer[] = [];
    const buffer = Buffer.alloc(65_536);
    for (let count; (count = child.read(buffer)) > 0;)
      chunks.push(Buffer.from(buffer.subarray(0, count)));
    const { status, stderr } = child.waitWithStderr();
    const stderrBytes = child.stderrSnapshot().totalBytes;
    child[Symbol.dispose]();
    return { connection, stdout: Buffer.concat(chunks), stderr, stderrBytes, code: status.code };
  };
}
