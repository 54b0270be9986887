import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '@rsync-io/kit/workspace';
import { describeWithPeers, findPeers } from '@rsync-io/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectWithTarballs } from './release/packed.ts';
import type { Project } from './release/project.ts';

/* The two larger examples in an empty folder, set up as the README of the examples describes. */

const README = readFileSync(path.join(ROOT, 'examples/README.md'), 'utf8');

let scratch: string;
let project: Project;
const inProject = (...names: string[]) => path.join(project.folder, ...names);

beforeAll(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'rsync-io examples '));
  project = await projectWithTarballs(scratch);
}, 600_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Follows the steps of a section. Third-party packages are linked to those that are installed here. */
async function followReadme(section: string): Promise<void> {
  const text = README.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  const words = (command: string) =>
    (text.split(`$ ${command} `)[1]?.split('\n')[0] ?? '').split(' ');
  for (const name of words('npm install')) {
    if (name.startsWith('@rsync-io/') || existsSync(inProject('node_modules', name))) continue;
    const folders = ['examples/node_modules', 'node_modules'];
    const from = folders.map((it) => path.join(ROOT, it, name)).find((it) => existsSync(it));
    if (from === undefined) throw new Error(`${name} is not installed`);
    mkdirSync(path.dirname(inProject('node_modules', name)), { recursive: true });
    symlinkSync(from, inProject('node_modules', name));
  }
  await project.manage('npm', 'pkg', ...words('npm pkg'));
  for (const name of words('cp -r').slice(0, -1)) {
    const folder = name.replace(/^\.\.\/rsync-io\//, '');
    cpSync(path.join(ROOT, folder), inProject(path.basename(folder)), { recursive: true });
  }
}

const run = (...args: string[]) => project.node('node_modules/tsx/dist/cli.mjs', ...args);

describeWithPeers(['rsync'], 'the transfer tool', () => {
  it('copies a folder', async () => {
    await followReadme('Transfer tool');
    symlinkSync(findPeers().rsync?.path as string, inProject('bin/rsync'));
    mkdirSync(inProject('photos'));
    writeFileSync(inProject('photos/one'), 'a photo\n');
    const target = `web-1:${inProject('copy')}/`;
    expect(await run('transfer-tool/main.ts', 'photos/', target)).toEqual({
      status: 0,
      output: '',
    });
    expect(readFileSync(inProject('copy/one'), 'utf8')).toBe('a photo\n');
  });
});

it('the fleet starts', async () => {
  await followReadme('Fleet');
  const { status, output } = await run('fleet/main.ts', '--help');
  expect(output).toMatch(/^Usage: fleet up /);
  expect(status).toBe(0);
  // BullMQ loads its Redis client when a queue is opened.
  project.write(
    'open.ts',
    "import { openQueue } from './fleet/queue.ts';\nopenQueue().on('error', () => {});\nprocess.exit();\n",
  );
  expect(await run('open.ts')).toEqual({ status: 0, output: '' });
});
