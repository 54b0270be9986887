// stderr-then-stdout BYTES: floods fd 2 before it says `done` on fd 1.
import { writeSync } from 'node:fs';
import { writeAll } from './write-all.mjs';

const block = Buffer.alloc(65_536, `${'e'.repeat(79)}\n`);
for (let left = Number(process.argv[2]); left > 0; left -= block.length) {
  writeAll(2, block.subarray(0, left));
}
writeSync(1, 'done');
