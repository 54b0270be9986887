import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compilePrograms } from '@rsync-io/kit/programs';
import { ROOT } from '@rsync-io/kit/workspace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFile, createRoot, runConfined } from './confined-root.ts';
import { ControlGroup } from './control-group.ts';

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
const why = isRoot ? '' : ' — not run: needs Linux and root';

/** The test program of @rsync-io/ssh, with Node as the child, because there is no shell. */
const bothTransports = readFileSync(
  path.join(ROOT, 'packages/ssh/test/fixtures/both-transports.mjs'),
  'utf8',
).replace(
  /SshCommand\.raw\(.*\);/,
  `SshCommand.raw(process.execPath, ['-e', 'console.log("out"); console.error("err")']);`,
);
const WORKS = 'socketpair out err 0\n'.repeat(3);

describe.skipIf(!isRoot)(
  `a read-only root without shell, /proc and /dev, as an unprivileged user${why}`,
  () => {
    let root: string;
    beforeAll(() => {
      root = mkdtempSync(path.join(tmpdir(), 'rsync-io-root-'));
      createRoot(root);
      addFile(root, 'both.mjs', bothTransports);
      addFile(
        root,
        'worker.mjs',
        `import { Worker } from 'node:worker_threads';
         new Worker(new URL('both.mjs', import.meta.url));`,
      );
      addFile(
        root,
        'shell.mjs',
        `import { connect } from '@rsync-io/ssh';
         await connect('host').catch((error) => console.log(error.name, error.message));`,
      );
    });
    afterAll(() => rmSync(root, { recursive: true }));

    it('both transports work', () => {
      expect(runConfined(root, 'both.mjs')).toEqual({ status: 0, stdout: WORKS, stderr: '' });
    });

    it('both transports work in a thread', () => {
      expect(runConfined(root, 'worker.mjs')).toEqual({ status: 0, stdout: WORKS, stderr: '' });
    });

    it('both transports report that ssh is missing', () => {
      const { stdout } = runConfined(root, 'shell.mjs');
      expect(stdout).toMatch(/^SpawnError Cannot start "ssh": there is no such program \(ENOENT\)/);
    });

    it('rsync-io doctor works', () => {
      const doctor = 'node_modules/@rsync-io/ssh/dist/bin/rsync-io.js';
      const { status, stdout } = runConfined(root, doctor, ['doctor']);
      expect(status).toBe(0);
      expect(stdout).toMatch(/Stderr backend\n {2}socketpair/);
    });

    it('without native addons, connections fall back to the pipe and blocking ones are refused', () => {
      const { status, stdout, stderr } = runConfined(root, 'both.mjs', [], ['--no-addons']);
      expect(status).toBe(0);
      expect(stdout).toMatch(/^(pipe out err 0\n){2}WireUnavailableError .*--no-addons.*\n$/);
      expect(stderr).toMatch(/^rsync-io: .*using the pipe backend instead\.\n$/);
    });
  },
);

/** The group, or the reason why it cannot be created. */
function controlGroup(): ControlGroup | string {
  try {
    return new ControlGroup(`rsync-io-test-${process.pid}`);
  } catch (error) {
    return ` — not run: control groups cannot be created (${(error as Error).message})`;
  }
}

const group = controlGroup();
const noGroup = typeof group === 'string';

describe.skipIf(noGroup)(
  `a control group with 0.2 of a processor and 64 MiB${noGroup ? group : ''}`,
  () => {
    afterAll(() => noGroup || group[Symbol.dispose]());

    it.each(['asynchronous', 'blocking'])(
      '%s: all bytes of both streams arrive',
      async (transport) => {
        const source = path.join(import.meta.dirname, 'fixtures/features.ts');
        const program = path.join(await compilePrograms({ features: source }), 'features.mjs');
        const enter = noGroup ? [] : group.enter;
        const command = [...enter, process.execPath, program, `${transport}: all bytes`];
        const [shell = '', ...args] = command;
        const { stdout, stderr } = spawnSync(shell, args, { encoding: 'utf8', timeout: 300_000 });
        expect({ stdout, stderr }).toEqual({ stdout: 'socketpair\n', stderr: '' });
      },
    );
  },
);
