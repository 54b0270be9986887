// prompt: asks on fd 2 without a newline, and waits for a line on stdin.
import { writeSync } from 'node:fs';

writeSync(2, 'Password: ');
process.stdin.once('data', () => process.exit());
setTimeout(() => process.exit(1), 30_000);
