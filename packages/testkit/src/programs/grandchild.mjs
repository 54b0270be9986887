// grandchild BYTES EXIT_CODE: writes to fd 2, leaves a sleeper that holds fd 2, prints its pid, exits.
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';

const [bytes = '0', exitCode = '0'] = process.argv.slice(2);
const block = Buffer.alloc(Number(bytes), `${'x'.repeat(79)}\n`);
for (let written = 0; written < block.length;) written += writeSync(2, block, written);
const sleeper = spawn('sleep', ['30'], { detached: true, stdio: ['ignore', 'ignore', 'inherit'] });
sleeper.unref();
writeSync(1, `${sleeper.pid}\n`);
process.exit(Number(exitCode));
