import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PEERS } from '../../../config/peers.js';

const run = (script: string, args: string[] = [], env: NodeJS.ProcessEnv = process.env) =>
  spawnSync(process.execPath, [path.join(import.meta.dirname, '../src/peers', script), ...args], {
    encoding: 'utf8',
    env,
  });

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-peers-'))));
afterAll(() => rmSync(folder, { recursive: true }));

it('the fingerprint lists every peer with its version or as absent', () => {
  const program = path.join(folder, 'rsync');
  writeFileSync(program, '#!/bin/sh\necho "rsync  version 9.9"\n');
  chmodSync(program, 0o755);
  const lines = run('fingerprint.js', [], { PATH: `${folder}:/bin` })
    .stdout.trim()
    .split('\n');
  expect(lines.map((line) => line.split(':')[0])).toEqual(Object.keys(PEERS));
  expect(lines).toContain('rsync: rsync  version 9.9');
});

it('the fingerprint is stable', () => {
  expect(run('fingerprint.js').stdout).toBe(run('fingerprint.js').stdout);
});

it('setup:peers prints its usage and refuses unknown arguments', () => {
  const help = run('setup.js', ['--help']);
  expect(help.status).toBe(0);
  expect(help.stdout).toMatch(/^Usage: npm run setup:peers/);
  const wrong = run('setup.js', ['--everything']);
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain('--everything');
});
