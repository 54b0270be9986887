// write-stderr BYTES [lines|numbered|bytes|blob|hex:BYTES|'mix:TEXT TEXT…'] [EXIT_CODE]: writes to fd 2 and exits.
// mix: the given texts in a random order, the same in each run.
import { writeAll } from './write-all.mjs';

const [bytes = '0', pattern = 'lines', exitCode = '0'] = process.argv.slice(2);
const [name] = pattern.split(':', 1);
const parameter = pattern.slice(name.length + 1);
const BLOCK = 1 << 20;
/** A multiple of every pattern's period, so that blocks join without a seam. */
const size = pattern === 'bytes' ? BLOCK : BLOCK - (BLOCK % 80);

const repeated = {
  lines: () => `${'x'.repeat(79)}\n`,
  numbered: () => '',
  blob: () => 'x',
  bytes: () => Uint8Array.from({ length: 256 }, (_, i) => i),
  hex: () => Buffer.from(parameter, 'hex'),
  mix: () => mixed(parameter.split(' ').map((part) => Buffer.from(part))),
}[name]();
const block = Buffer.alloc(size, repeated);

/** As many parts as fit in a block, chosen by a linear congruential generator (Numerical Recipes). */
function mixed(parts) {
  const chosen = [];
  let state = 1;
  for (let length = 0; length < size; length += chosen.at(-1).length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    chosen.push(parts[Math.floor((state / 2 ** 32) * parts.length)]);
  }
  return Buffer.concat(chosen, size);
}

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
