import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type ManyParameters, measureMany, SCRIPT } from './many.ts';

/** Plain `child_process` code: three pipes, with stderr collected. */
export default function manyPlain(parameters: ManyParameters) {
  return measureMany(parameters, async () => {
    const child = spawn('sh', ['-c', SCRIPT], { stdio: 'pipe' });
    const stderr: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    const closed = once(child, 'close');
    child.stdin.write('x\n');
    await once(child.stdout, 'data');
    return async () => {
      child.stdin.end();
      child.stdout.resume();
      await closed;
      if (Buffer.concat(stderr).length !== 5) throw new Error('nothing was captured');
    };
  });
}
