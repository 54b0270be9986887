import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const STDOUT_BYTES = 1_048_576;
const STDERR_LINES = 8_192;

/**
 * What children write: slices of two files whose content tells the position, so that a lost, repeated or
 * changed byte cannot go unnoticed.
 */
export interface Material {
  readonly folder: string;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly stdoutFile: string;
  readonly stderrFile: string;
  /** Every line of `stderr`, without its line end, and its number. */
  readonly lines: ReadonlyMap<string, number>;
  dispose(): void;
}

/** Writes the two files into a temporary folder. The caller disposes of it. */
export function createMaterial(): Material {
  const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-race-'));
  const stdout = Buffer.alloc(STDOUT_BYTES);
  for (let i = 0; i < STDOUT_BYTES; i += 4)
    stdout.writeUInt32BE(Math.imul(i, 2_654_435_761) >>> 0, i);
  const lines = new Map<string, number>();
  for (let i = 0; i < STDERR_LINES; i++) lines.set(`${i}:${'-'.repeat((i * 7) % 61)}`, i);
  const stderr = Buffer.from([...lines.keys()].map((line) => `${line}\n`).join(''));
  const stdoutFile = path.join(folder, 'stdout');
  const stderrFile = path.join(folder, 'stderr');
  writeFileSync(stdoutFile, stdout);
  writeFileSync(stderrFile, stderr);
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  return { folder, stdout, stderr, stdoutFile, stderrFile, lines, dispose };
}

/** Lines of stderr, an unfinished last one included. */
export function countLines(bytes: Uint8Array): number {
  let count = bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0;
  for (const byte of bytes) if (byte === 10) count += 1;
  return count;
}

/** Reads and removes a file; `null` when there is none. */
export function takeFile(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  } finally {
    rmSync(file, { force: true });
  }
}
