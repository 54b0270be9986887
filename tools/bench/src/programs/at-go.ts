// at-go PROGRAM ARGUMENTS…: prints `ready` on fd 1, waits for a byte on fd 0, then runs the program, so
// that a measurement does not include the start of Node.
import { readSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const program = process.argv[2] as string;
process.argv.splice(1, 2, program);
writeSync(1, 'ready\n');
readSync(0, Buffer.alloc(1));
await import(pathToFileURL(program).href);
