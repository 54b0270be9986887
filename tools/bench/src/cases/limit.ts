import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BenchCase } from '../bench-case.ts';
import { runProbe } from '../measure/run-probe.ts';
import { runProgram } from '../measure/run-program.ts';
import { floodArguments } from '../probes/flood.ts';
import { compileReader } from './c-reader.ts';
import { flood, MIB } from './flood-parameters.ts';

/** The read size of the drain. */
const READ_BYTES = 262_144;

export const limit: BenchCase = {
  name: 'limit',
  title: 'drain 80-byte lines, nobody subscribed',
  contenders: { channel: 'socketpair channel', c: 'a reader in C, reads of the same size' },
  comparisons: [
    {
      what: 'against the limit',
      metric: 'throughput',
      ours: 'channel',
      peer: 'c',
      target: { of: 'ratio', atLeast: 0.75 },
    },
  ],
  async open({ scale, signal }) {
    const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-bench-'));
    const remove = async () => rmSync(folder, { recursive: true, force: true });
    try {
      const reader = compileReader(folder);
      const parameters = flood((scale.quick ? 256 : 512) * MIB);
      const { bytes } = parameters;
      const writer = [process.execPath, ...floodArguments(parameters, bytes)];
      return {
        parameters: { bytes, readBytes: READ_BYTES },
        run: {
          channel: () => runProbe('drain-channel', parameters, signal),
          async c() {
            const { stdout } = await runProgram(reader, [String(READ_BYTES), ...writer], {
              signal,
            });
            const result = JSON.parse(stdout) as { duration: number; bytes: number };
            if (result.bytes !== bytes)
              throw new Error(`${result.bytes} bytes arrived of ${bytes}`);
            return { throughput: bytes / 1_000 / result.duration };
          },
        },
        close: remove,
      };
    } catch (error) {
      await remove();
      throw error;
    }
  },
};
