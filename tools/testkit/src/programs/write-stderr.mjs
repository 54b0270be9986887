// write-stderr BYTES [lines|numbered|bytes|blob|hex:BYTES] [EXIT_CODE]: writes to fd 2 and exits.
import { writeAll } from './write-all.mjs';

const [bytes = '0', pattern = 'lines', exitCode = '0'] = process.argv.slice(2);
const BLOCK = 1 << 20;
/** A multiple of every pattern's period, so that blocks join without a seam. */
const size = pattern === 'bytes' ? BLOCK : BLOCK - (BLOCK % 80);

const repeated = pattern.startsWith('hex:')
  ? Buffer.from(pattern.slice(4), 'hex')
  : {
      lines: `${'x'.repeat(79)}\n`,
      blob: 'x',
      bytes: Uint8Array.from({ length: 256 }, (_, i) => i),
    }[pattern];
const block = Buffer.alloc(size, repeated);

/** Replaces the block by numbered lines, from byte `offset` of the stream on. */
function number(offset) {
  const line = (_, i) => `line ${String(offset / 20 + i).padStart(14, '0')}\n`;
  block.write(Array.from({ length: size / 20 }, line).join(''));
}

for (let offset = 0; offset < Number(bytes); offset += size) {
  if (pattern === 'numbered') number(offset);
  writeAll(2, block.subarray(0, Number(bytes) - offset));
}
process.exitCode = Number(exitCode);
