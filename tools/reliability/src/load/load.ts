import path from 'node:path';
import { Arrivals, captureProblems } from '../common/arrivals.ts';
import { writtenTo } from '../common/child.ts';
import { draw } from '../common/draw.ts';
import { createMaterial, type Material, takeFile } from '../common/material.ts';
import {
  asyncCarrier,
  type Carry,
  connections,
  type LoadConnection,
  syncCarrier,
} from './connection.ts';

export interface LoadRun {
  /** The asynchronous transport with the flag off or on, or the blocking one. */
  readonly transport: 'off' | 'on' | 'sync';
  readonly connections: number;
  readonly atOnce: number;
  readonly seed: number;
  readonly onProgress?: (done: number, lost: number) => void;
  readonly signal?: AbortSignal;
}

/** Runs the connections, `atOnce` at a time. Returns a sentence for each loss. */
export async function loadRun({ transport, seed, ...request }: LoadRun): Promise<string[]> {
  const material = createMaterial();
  const channel = transport !== 'off';
  const carry = transport === 'sync' ? syncCarrier : asyncCarrier(channel);
  const losses: string[] = [];
  let started = 0;
  let done = 0;
  const worker = async () => {
    while (started < request.connections && request.signal?.aborted !== true) {
      const number = started++;
      const connection = draw(connections(channel), seed + number);
      for (const loss of await lossesOf(connection, carry, material, channel)) {
        losses.push(`${number}: ${loss}`);
      }
      done += 1;
      request.onProgress?.(done, losses.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: request.atOnce }, worker));
  } finally {
    material.dispose();
  }
  return losses;
}

let files = 0;

async function lossesOf(
  connection: LoadConnection,
  carry: Carry,
  material: Material,
  channel: boolean,
): Promise<string[]> {
  const { slices, stdinBytes, exitCode } = connection;
  const stdinFile = path.join(material.folder, `pushed-${(files += 1)}`);
  const stdout = new Arrivals(writtenTo(1, slices, material));
  const stdin = new Arrivals(material.bytes.subarray(0, stdinBytes ?? 0));
  try {
    const { status, snapshot } = await carry(connection, stdout, material, stdinFile);
    stdin.add(takeFile(stdinFile) ?? Buffer.alloc(0));
    return [
      ...(status.code === exitCode ? [] : [`status ${status.code} instead of ${exitCode}`]),
      ...stdout.problems('stdout'),
      ...stdin.problems('stdin'),
      ...(channel ? captureProblems(writtenTo(2, slices, material), snapshot) : []),
    ];
  } catch (error) {
    return [String(error)];
  } finally {
    takeFile(`${stdinFile}.stdout`);
  }
}
