import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(path.join(tmpdir(), 'rsync io preload-'));
afterAll(() => rmSync(folder, { recursive: true }));

const preload = (name: string, source: string) => {
  const file = path.join(folder, name);
  writeFileSync(file, source);
  return file;
};
const printing = preload('prints.cjs', 'console.log("preloaded");');
const opening = preload(
  'opens-a-port.cjs',
  'const { port1 } = new MessageChannel(); port1.ref(); port1.on?.("message", () => {});' +
    'if (require("node:worker_threads").isMainThread) port1.unref();' +
    'console.log("preloaded");',
);
const program = `
  import { SshCommand } from '@rsync-io/aux-channel';
  import { pipeBackend } from '@rsync-io/pipe';
  import { SshConnection } from '@rsync-io/transport-sync';
  const command = SshCommand.raw('sh', ['-c', 'exit 6']);
  const options = { backends: [pipeBackend], forward: false, surface: 'never' };
  console.log(SshConnection.spawn(command, options).wait().code);`;

describe.each([
  ['prints', printing],
  ['opens a port', opening],
])('a preload that %s', (_, file) => {
  it.each<[string, string[], string]>([
    ['-r', ['-r', file], ''],
    ['--import', ['--import', pathToFileURL(file).href], ''],
    ['NODE_OPTIONS', [], `--import ${pathToFileURL(file).href}`],
  ])('passed by %s runs once, and the process ends', (__, args, nodeOptions) => {
    const all = [...process.execArgv, ...args, '--input-type=module', '-e', program];
    const { stdout, status } = spawnSync(process.execPath, all, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: nodeOptions },
      timeout: 120_000,
    });
    expect(stdout).toBe('preloaded\n6\n');
    expect(status).toBe(0);
  });
});
