import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { Lab } from '../src/corpus/lab.js';
import { describeWithPeers } from '../src/peers/describe-with-peers.js';

const block = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describeWithPeers(['ssh', 'sshd'], 'Lab.run()', () => {
  it('returns everything a program wrote, even if the event loop was blocked around its exit', async () => {
    const lab = await Lab.open();
    try {
      // libuv reaps all children that have ended when the first one's signal arrives, even if it has not
      // polled their output since. The first child's listener blocks until the second one has ended, too.
      const first = spawn('sh', ['-c', 'echo first >&2'], { stdio: ['ignore', 'ignore', 'pipe'] });
      first.stderr.on('data', () => block(2_000));
      const second = lab.run('sh', ['-c', 'sleep 1; echo second >&2; exit 3'], {
        meanwhile: async (child) => void child.once('exit', () => setImmediate(block, 3_000)),
      });
      block(500);
      const { stderr, code } = await second;
      expect({ code, stderr: stderr.toString() }).toEqual({ code: 3, stderr: 'second\n' });
    } finally {
      await lab.close();
    }
  });
});
