// stderr-then-stdout BYTES: floods fd 2 before it says `done` on fd 1.
import { writeSync } from 'node:fs';

const block = Buffer.alloc(65_536, `${'e'.repeat(79)}\n`);
for (let left = Number(process.argv[2]); left > 0;) {
  left -= writeSync(2, block, 0, Math.min(left, block.length));
}
writeSync(1, 'done');
