// write-stderr BYTES [lines|numbered|bytes|blob|hex:BYTES] [EXIT_CODE]: writes to fd 2 and exits.
import { writeAll } from './write-all.mjs';

const [bytes = '0', pattern = 'lines', exitCode = '0'] = process.argv.slice(2);
const BLOCK = 1 << 20;
/** The bytes that `hex:` repeats; their number divides 80. */
const repeated = pattern.startsWith('hex:') ? Buffer.from(pattern.slice(4), 'hex') : null;

/** `size` bytes of the pattern, from byte `offset` of the stream on. */
const patterns = {
  lines: (_offset, size) => Buffer.alloc(size, `${'x'.repeat(79)}\n`),
  blob: (_offset, size) => Buffer.alloc(size, 'x'),
  bytes: (_offset, size) =>
    Buffer.alloc(
      size,
      Uint8Array.from({ length: 256 }, (_, i) => i),
    ),
  numbered: (offset, size) => {
    const first = offset / 20;
    const line = (_, i) => `line ${String(first + i).padStart(14, '0')}\n`;
    return Buffer.from(Array.from({ length: Math.ceil(size / 20) }, line).join('')).subarray(
      0,
      size,
    );
  },
};

// A multiple of every pattern's period, so that blocks join without a seam.
const size = pattern === 'bytes' || pattern === 'blob' ? BLOCK : BLOCK - (BLOCK % 80);
const constant =
  repeated !== null
    ? Buffer.alloc(size, repeated)
    : pattern === 'numbered'
      ? null
      : patterns[pattern](0, size);
for (let offset = 0; offset < Number(bytes); offset += size) {
  const length = Math.min(size, Number(bytes) - offset);
  writeAll(2, constant?.subarray(0, length) ?? patterns.numbered(offset, length));
}
process.exitCode = Number(exitCode);
