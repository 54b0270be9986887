import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Sample } from '../metric.ts';
import { asyncTransport, syncTransport } from './ours.ts';

interface Parameters {
  /** Number of bytes that the child writes to stdout, in whole MiB. */
  readonly bytes: number;
}

const WRITER = `
  const { writeSync } = require('node:fs');
  const block = Buffer.alloc(1 << 20, 'w');
  for (let left = Number(process.argv[1]); left > 0; left -= block.length) {
    for (let done = 0; done < block.length; ) done += writeSync(1, block, done);
  }`;
const BUFFER_BYTES = 262_144;

const writer = ({ bytes }: Parameters) => ['-e', WRITER, String(bytes)];

/** @throws Error if bytes are missing */
function throughputOf({ bytes }: Parameters, received: number, begin: number): Sample {
  const milliseconds = performance.now() - begin;
  if (received !== bytes) throw new Error(`${received} bytes arrived of ${bytes}`);
  return { throughput: received / 1000 / milliseconds };
}

/** Reads and discards a stream from the first chunk to the end. */
async function byDataEvents(parameters: Parameters, stdout: Readable): Promise<Sample> {
  let received = 0;
  let begin = 0;
  stdout.on('data', (chunk: Buffer) => {
    if (received === 0) begin = performance.now();
    received += chunk.length;
  });
  await once(stdout, 'end');
  return throughputOf(parameters, received, begin);
}

export async function transport(parameters: Parameters) {
  const open = await asyncTransport();
  const child = await open([process.execPath, ...writer(parameters)]);
  const sample = await byDataEvents(parameters, child.stdout as Readable);
  await child.wait();
  return sample;
}

export function node(parameters: Parameters) {
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, writer(parameters), { stdio: [...stdio] });
  return byDataEvents(parameters, child.stdout as Readable);
}

/** Node's own blocking call, which buffers everything until the end. */
export async function nodeSync(parameters: Parameters) {
  const begin = performance.now();
  const options = { maxBuffer: Infinity };
  const { stdout } = spawnSync(process.execPath, writer(parameters), options);
  return throughputOf(parameters, stdout.length, begin);
}

/** Blocking reads into one buffer, from the first byte to the end. */
export async function sync(parameters: Parameters) {
  const open = await syncTransport();
  const connection = open([process.execPath, ...writer(parameters)]);
  const buffer = new Uint8Array(BUFFER_BYTES);
  let received = connection.read(buffer);
  const begin = performance.now();
  for (let count; (count = connection.read(buffer)) > 0;) received += count;
  const sample = throughputOf(parameters, received, begin);
  connection.wait();
  return sample;
}
