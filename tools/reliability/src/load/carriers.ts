import { createWriteStream, readFileSync, rmSync } from 'node:fs';
import { platformBackends } from '@rsync-io/ssh';
import type { AsyncSshTransport } from '@rsync-io/transport-async';
import { SshConnection } from '@rsync-io/transport-sync';
import { commandOf } from './connection.ts';
import type { Carry } from './load.ts';
import type { Material } from '../race/material.ts';

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
    if (toFile === null) stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    else stdout.pipe(createWriteStream(toFile));
    if (connection.stdinBytes !== null)
      stdin.end(material.stdout.subarray(0, connection.stdinBytes));
    const { status, stderr } = await transport.waitWithStderr();
    const stderrBytes = transport.stderrSnapshot().totalBytes;
    await transport[Symbol.asyncDispose]();
    const received =
      toFile === null ? Buffer.concat(chunks) : await flushed(toFile, connection.stdoutBytes);
    return { connection, stdout: received, stderr, stderrBytes, code: status.code };
  };
}

/** The file stream may still be writing what it was given: its `finish` is not the transport's concern. */
async function flushed(file: string, expected: number): Promise<Buffer> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const bytes = readFileSync(file);
    if (bytes.length >= expected || attempt === 999) {
      rmSync(file);
      return bytes;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('unreachable');
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
