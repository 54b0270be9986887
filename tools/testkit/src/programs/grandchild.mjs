// grandchild BYTES EXIT_CODE: writes to fd 2, leaves a sleeper that holds fd 2, prints its pid, exits.
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { writeAll } from './write-all.mjs';

const [bytes = '0', exitCode = '0'] = process.argv.slice(2);
writeAll(2, Buffer.alloc(Number(bytes), `${'x'.repeat(79)}\n`));
const sleep = 'setTimeout(() => {}, 30_000)';
const stdio = ['ignore', 'ignore', 'inherit'];
const sleeper = spawn(process.execPath, ['-e', sleep], { detached: true, stdio });
sleeper.unref();
writeSync(1, `${sleeper.pid}\n`);
process.exit(Number(exitCode));
