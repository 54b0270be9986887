import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import fc from 'fast-check';
import type { ExitStatus, StderrSnapshot } from '@rsync-io/aux-channel';
import { platformBackends } from '@rsync-io/ssh';
import { SshConnection } from '@rsync-io/transport-sync';
import { Arrivals } from '../common/arrivals.ts';
import { childCommand, type Slice } from '../common/child.ts';
import { only } from '../common/draw.ts';
import type { Material } from '../common/material.ts';
import { transportOf } from '../race/fuzz.ts';

/** How many bytes one connection moves in each direction, and how its child ends. */
export interface LoadConnection {
  /** `null`: nothing is pushed, and the child does not read its stdin. */
  readonly stdinBytes: number | null;
  readonly slices: readonly Slice[];
  readonly exitCode: number;
}

const SIZES = [3, 3, 80, 4_096, 65_536, 300_000, 1_000_000];

/** Pushes and pulls; without a channel, their children write nothing to stderr. */
export const connections = (channel: boolean): fc.Arbitrary<LoadConnection> => {
  const slice = (fd: 1 | 2, of: Slice['of'], ...sizes: number[]) =>
    fc.record({ fd: only(fd), of: only(of), from: only(0), bytes: fc.constantFrom(...sizes) });
  const stderr = slice(2, 'lines', ...(channel ? [0, 40, 5_000, 100_000] : [0]));
  const exitCode = fc.constantFrom(0, 0, 0, 23);
  return fc.oneof(
    fc.record({
      stdinBytes: fc.constantFrom(...SIZES),
      slices: fc.tuple(stderr, slice(1, 'bytes', 0, 3)),
      exitCode,
    }),
    fc.record({
      stdinBytes: only(null),
      slices: fc.tuple(stderr, slice(1, 'bytes', ...SIZES)),
      exitCode,
    }),
  );
};

export interface Transfer {
  readonly status: ExitStatus;
  readonly snapshot: StderrSnapshot;
}

/** Carries out one connection; its child copies its stdin to `stdinFile`. */
export type Carry = (
  connection: LoadConnection,
  stdout: Arrivals,
  material: Material,
  stdinFile: string,
) => Promise<Transfer>;

const quiet = { backends: platformBackends(), forward: false, surface: 'never' } as const;

const commandOf = (
  { slices, stdinBytes, exitCode }: LoadConnection,
  ...rest: [Material, string]
) => {
  const [stderr, stdout] = slices as [Slice, Slice];
  const copy = stdinBytes === null ? ':' : 'cat > "$3"';
  return childCommand([stderr, copy, stdout, `exit ${exitCode}`], ...rest);
};

/**
 * The asynchronous transport, used as its README does: a reader, `waitWithStderr()`, disposal. Every other
 * connection pipes its output to a file instead.
 */
export function asyncCarrier(channel: boolean): Carry {
  const { transport: Transport } = transportOf(channel);
  let count = 0;
  return async (connection, arrivals, material, stdinFile) => {
    const file = count++ % 2 === 1 ? `${stdinFile}.stdout` : null;
    const transport = await Transport.spawn(commandOf(connection, material, stdinFile), quiet);
    const { stdin, stdout } = transport;
    if (stdin === null || stdout === null) throw new Error('The wire is a pipe.');
    let written: Promise<void> | undefined;
    if (file === null) stdout.on('data', arrivals.add);
    else {
      const target = stdout.pipe(createWriteStream(file));
      stdout.on('error', (error) => target.destroy(error));
      // The transport waits for its own stream, not for the disk.
      written = finished(target);
    }
    const { stdinBytes } = connection;
    if (stdinBytes !== null) stdin.end(material.bytes.subarray(0, stdinBytes));
    const ended = transport.waitWithStderr().finally(() => transport[Symbol.asyncDispose]());
    const [{ status }] = await Promise.all([ended, written]);
    if (file !== null && statSync(file).size > 0) {
      for await (const chunk of createReadStream(file)) arrivals.add(chunk as Buffer);
    }
    return { status, snapshot: transport.stderrSnapshot() };
  };
}

/** The blocking transport: write everything, read to the end, wait. */
export const syncCarrier: Carry = async (connection, arrivals, material, stdinFile) => {
  using child = SshConnection.spawn(commandOf(connection, material, stdinFile), quiet);
  // Other connections are started, and advance, before this one is served.
  await new Promise((resolve) => setImmediate(resolve));
  if (connection.stdinBytes !== null) {
    child.writeAll(material.bytes.subarray(0, connection.stdinBytes));
    child.closeStdin();
  }
  const buffer = Buffer.alloc(65_536);
  for (let count; (count = child.read(buffer)) > 0;) arrivals.add(buffer.subarray(0, count));
  return { status: child.wait(), snapshot: child.stderrSnapshot() };
};
