import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { run, runCommand } from '../helpers.js';

/** Node options that replace koffi with a module with this source text. */
const instead = (body: string) => {
  const hook = `const Module = process.getBuiltinModule('node:module');
    const load = Module._load;
    Module._load = function (request, ...rest) {
      if (request !== 'koffi') return load.call(this, request, ...rest);
      ${body};
    };`;
  return ['--import', `data:text/javascript,${encodeURIComponent(hook)}`];
};

const [major = 0] = process.versions.node.split('.').map(Number);
const permission = [
  ...['--no-warnings', major < 22 ? '--experimental-permission' : '--permission'],
  '--allow-fs-read=*',
];
/** Restricted since Node 25. */
const allowNet = process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : [];
const INSTALL = 'npm install koffi';
const ALLOW = '--allow-addons';

/** The failure, Node's options, and a part of the expected advice. */
const failures: [string, string[], string][] = [
  ['is not installed', instead(`throw new Error("Cannot find module 'koffi'")`), INSTALL],
  [
    'throws when it is loaded, as in Electron and on musl',
    instead(`throw new Error('Error relocating koffi.node:\\n symbol not found')`),
    INSTALL,
  ],
  ['throws nothing', instead('throw undefined'), INSTALL],
  ['is another module', instead('return {}'), 'not a function'],
  ['may not be loaded (--no-addons)', ['--no-addons'], ALLOW],
  [
    'may not be loaded (permission model)',
    [...permission, '--allow-child-process', '--allow-worker'],
    ALLOW,
  ],
];

const program = path.join(import.meta.dirname, '../fixtures/both-transports.mjs');
const node = (options: readonly string[]) =>
  run(process.execPath, [...options, '-C', 'ssh-socketpair-stderr', program]);
const lines = (text: string) => text.trimEnd().split('\n');

describe.each(failures)('if koffi %s', (_, options, advice) => {
  it('two connections capture through the pipe, which is reported in one line, and blocking ones are refused', async () => {
    const { code, stdout, stderr } = await node(options);
    expect({ code, stderr: lines(stderr) }).toEqual({
      code: 0,
      stderr: [expect.stringMatching(/^rsync-io: The socketpair backend is .*; using the pipe/)],
    });
    expect(stderr).toContain(advice);
    const [first, second, blocking, ...rest] = lines(stdout);
    expect([first, second, rest]).toEqual(['pipe out err 0', 'pipe out err 0', []]);
    expect(blocking).toMatch(/^WireUnavailableError ERR_WIRE_UNAVAILABLE .*koffi|not a function/);
    expect(blocking).toContain(advice);
  });
});

describe("Node's permission model", () => {
  it('changes nothing if it allows addons, children, threads and sockets', async () => {
    const { stdout, stderr } = await node([
      ...permission,
      ...['--allow-addons', '--allow-child-process', '--allow-worker', ...allowNet],
    ]);
    expect(stderr).toBe('');
    expect(lines(stdout)).toEqual(Array(3).fill('socketpair out err 0'));
  });

  if (allowNet.length > 0)
    it('that forbids sockets makes connections capture through the pipe', async () => {
      const { stdout, stderr } = await node([
        ...permission,
        ...['--allow-addons', '--allow-child-process', '--allow-worker'],
      ]);
      expect(lines(stdout).slice(0, 2)).toEqual(Array(2).fill('pipe out err 0'));
      expect(lines(stderr)).toEqual([
        expect.stringMatching(
          /^rsync-io: The socketpair backend is .*--allow-net.*; using the pipe/,
        ),
      ]);
    });

  it.each([
    // Before Node 22, the permission model does not apply to threads, so the blocking connection may work.
    ['children', ['--allow-addons', '--allow-worker'], [0, 1]],
    ['threads', ['--allow-addons', '--allow-child-process'], [2]],
  ])('that forbids %s is named in the error', async (_, options, refused) => {
    const { stdout } = await node([...permission, ...options]);
    const denied = /^SpawnError ERR_ACCESS_DENIED .*permission model.*--allow-child-process/;
    for (const index of refused) expect(lines(stdout)[index]).toMatch(denied);
  });
});

it.each([
  ['is refused', '--no-addons'],
  ['is missing', instead('throw new Error("no koffi")').join(' ')],
])('the commands work if koffi %s', async (_, options) => {
  const env = { NODE_OPTIONS: `${options} -C ssh-socketpair-stderr` };
  const doctor = await runCommand('rsync-io', ['doctor', '--json'], env);
  expect(doctor.code).toBe(0);
  expect(JSON.parse(doctor.stdout)).toMatchObject({ chosen: 'pipe' });
  const shell = await runCommand('rsync-io-ssh', ['host', 'true'], {
    ...env,
    RSYNC_IO_SSH_PROGRAM: '/bin/echo',
  });
  expect(shell).toMatchObject({ code: 0, stdout: expect.stringContaining('host true') as string });
  expect(shell.stderr).toMatch(/^(rsync-io: The socketpair backend .*\n)?$/);
});
