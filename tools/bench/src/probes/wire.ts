import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { MIB } from './common/flood.ts';
import { asyncTransport, syncTransport } from './common/ours.ts';
import { probe } from './common/probe.ts';

interface Parameters {
  readonly reader: keyof typeof readers;
  readonly mebibytes: number;
}

const WRITER = `
  const { writeSync } = require('node:fs');
  const block = Buffer.alloc(1 << 20, 'w');
  for (let left = Number(process.argv[1]); left > 0; left--) {
    for (let done = 0; done < block.length; ) done += writeSync(1, block, done);
  }`;

type Words = readonly [program: string, ...args: string[]];

/** Each returns the number of bytes, and the time of the first one. */
const readers = {
  /** Blocking reads into one buffer. */
  async sync(words: Words) {
    const connection = (await syncTransport())(words);
    const buffer = new Uint8Array(262_144);
    let received = connection.read(buffer);
    const begin = performance.now();
    for (let count; (count = connection.read(buffer)) > 0;) received += count;
    return { received, begin };
  },
  transport: async (words: Words) =>
    byDataEvents((await (await asyncTransport())(words)).stdout as Readable),
  node: ([program, ...args]: Words) =>
    byDataEvents(spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] }).stdout),
  /** Node's own blocking call, which buffers everything until the end. */
  nodeSync([program, ...args]: Words) {
    const begin = performance.now();
    return { received: spawnSync(program, args, { maxBuffer: Infinity }).stdout.length, begin };
  },
};

/** Reads and discards a stream to its end. */
async function byDataEvents(stdout: Readable) {
  let received = 0;
  let begin = 0;
  stdout.on('data', (chunk: Buffer) => {
    if (received === 0) begin = performance.now();
    received += chunk.length;
  });
  await once(stdout, 'end');
  return { received, begin };
}

await probe(async ({ reader, mebibytes }: Parameters) => {
  const words = [process.execPath, '-e', WRITER, String(mebibytes)] as const;
  const { received, begin } = await readers[reader](words);
  const milliseconds = performance.now() - begin;
  if (received !== mebibytes * MIB) throw new Error(`only ${received} bytes arrived`);
  return { throughput: received / 1_000 / milliseconds };
});
