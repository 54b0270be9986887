import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { connectionOf, type LoadConnection } from './connection.ts';
import type { Material } from '../race/material.ts';
import type { Choices } from '../choices.ts';

/** What one connection of the load test received, and how it ended. */
export interface Transfer {
  readonly connection: LoadConnection;
  readonly stdout: Buffer;
  readonly stderr: Uint8Array;
  readonly stderrBytes: number;
  readonly code: number | null;
}

/** Carries out one connection; `stdinFile` is where its child copies its stdin to. */
export type Carry = (connection: LoadConnection, stdinFile: string) => Promise<Transfer>;

export interface LoadRequest {
  readonly connections: number;
  readonly atOnce: number;
  readonly random: Choices;
  readonly material: Material;
  readonly carry: Carry;
  /** Whether the transport captures stderr. */
  readonly channel: boolean;
  readonly onProgress?: (done: number, lost: number) => void;
  readonly signal?: AbortSignal;
}

/** Runs the connections, `atOnce` at a time, half of them pushes. Returns a sentence for each loss. */
export async function runLoad(request: LoadRequest): Promise<string[]> {
  const { material, random } = request;
  const losses: string[] = [];
  let started = 0;
  let done = 0;
  const worker = async () => {
    while (started < request.connections && request.signal?.aborted !== true) {
      const number = started++;
      const connection = connectionOf(random, number % 2 === 0 ? 'push' : 'pull', request.channel);
      const stdinFile = path.join(material.folder, `pushed-${number}`);
      try {
        const transfer = await request.carry(connection, stdinFile);
        for (const loss of lossesOf(transfer, stdinFile, request))
          losses.push(`${number}: ${loss}`);
      } catch (error) {
        losses.push(`${number}: ${String(error)}`);
      } finally {
        rmSync(stdinFile, { force: true });
      }
      done += 1;
      request.onProgress?.(done, losses.length);
    }
  };
  await Promise.all(Array.from({ length: request.atOnce }, worker));
  return losses;
}

function* lossesOf(transfer: Transfer, stdinFile: string, { material, channel }: LoadRequest) {
  const { connection, stdout, stderr, stderrBytes, code } = transfer;
  if (code !== connection.exitCode) yield `status ${code} instead of ${connection.exitCode}`;
  if (!stdout.equals(material.stdout.subarray(0, connection.stdoutBytes))) {
    yield `stdout: ${stdout.length} of ${connection.stdoutBytes} bytes, or other bytes`;
  }
  if (connection.stdinBytes !== null) {
    const pushed = readFileSync(stdinFile);
    if (!pushed.equals(material.stdout.subarray(0, connection.stdinBytes))) {
      yield `stdin: ${pushed.length} of ${connection.stdinBytes} bytes, or other bytes`;
    }
  }
  const written = material.stderr.subarray(0, connection.stderrBytes);
  if (
    channel &&
    (stderrBytes !== written.length || !written.subarray(-stderr.length).equals(stderr))
  ) {
    if (written.length > 0)
      yield `stderr: ${stderrBytes} of ${written.length} bytes, or other bytes`;
  }
}
