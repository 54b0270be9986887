import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneWorkspace } from '@rsync-io/kit/clone-workspace';
import { ROOT } from '@rsync-io/kit/workspace';
import { PLATFORMS } from '../src/platform.ts';
import { codeIdentity } from '../src/report/code-identity.ts';
import { evidenceOf } from '../src/rollout/evidence.ts';
import {
  demote,
  type FlaggedPackage,
  flaggedPackages,
  promote,
  RefusedError,
} from '../src/rollout/promotion.ts';
import { greenReport } from './green-report.ts';

/** A clone of the last commit, with the dependencies and the build of this repository. */
let scratch: string;
const git = (...args: string[]) =>
  execFileSync('git', ['-C', scratch, ...args], { encoding: 'utf8' });
const at = (...parts: string[]) => path.join(scratch, ...parts);

beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'rsync-io-rollout-'));
  cloneWorkspace(scratch);
  const aux = 'packages/aux-channel/dist';
  cpSync(path.join(ROOT, aux), at(aux), { recursive: true });
}, 600_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const chosen = (): FlaggedPackage => {
  const found = flaggedPackages(scratch).find(({ name }) => name === '@rsync-io/transport-async');
  if (found === undefined) throw new Error('transport-async has no features.json');
  return found;
};
const green = () => {
  const now = codeIdentity(scratch);
  return evidenceOf(
    PLATFORMS.map((platform) => greenReport(platform, now)),
    now,
  );
};
const versions = () => {
  const folders = ['packages', 'tools'].flatMap((parent) =>
    readdirSync(at(parent)).map((name) => at(parent, name, 'package.json')),
  );
  const manifests = folders
    .filter(existsSync)
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string });
  return Object.fromEntries(manifests.map(({ name, version }) => [name, version]));
};

describe('promotion in a scratch clone', () => {
  it('is refused without evidence for macOS', () => {
    const now = codeIdentity(scratch);
    const reports = (['linux', 'windows'] as const).map((platform) => greenReport(platform, now));
    const attempt = () => promote(chosen(), evidenceOf(reports, now), false);
    expect(attempt).toThrow(RefusedError);
    expect(attempt).toThrow(/not promoted, because evidence is missing:\n {2}macos: no report/);
    expect(git('status', '--porcelain')).toBe('');
  });

  it('changes one line and adds a changeset, and can be reverted', () => {
    promote(chosen(), green(), false);
    expect(git('status', '--porcelain').trim().split('\n')).toEqual([
      'M packages/transport-async/features.json',
      '?? .changeset/promote-transport-async.md',
    ]);
    expect(git('diff', '--numstat').trim()).toBe('1\t1\tpackages/transport-async/features.json');
    expect(chosen().isOn).toBe(true);
    expect(() => promote(chosen(), green(), false)).toThrow(/already on/);

    demote(chosen());
    expect(git('diff', '--numstat')).toBe('');
    expect(() => demote(chosen())).toThrow(/already off/);
    git('clean', '-fdq', '.changeset');
  });

  it('tells users of @rsync-io/ssh what changes and how to go back', () => {
    promote(chosen(), green(), false);
    const text = readFileSync(at('.changeset/promote-transport-async.md'), 'utf8');
    expect(text).toContain("'@rsync-io/transport-async': minor\n'@rsync-io/ssh': minor\n");
    expect(text).toContain("captures the child's stderr");
    expect(text).toContain('To go back, pass `backends: []` to `connect`');
    demote(chosen());
    git('clean', '-fdq', '.changeset');
  });

  it('by force is stated in the changeset', () => {
    promote(chosen(), evidenceOf([], codeIdentity(scratch)), true);
    const text = readFileSync(at('.changeset/promote-transport-async.md'), 'utf8');
    expect(text).toContain('without evidence of parity on linux and macos and windows');
    git('checkout', '-q', '.');
    git('clean', '-fdq', '.changeset');
  });

  it('makes the on variant the default, and releases only the package and its dependents', () => {
    promote(chosen(), green(), false);
    execFileSync(process.execPath, [at('node_modules/tsup/dist/cli-default.js')], {
      cwd: at('packages/transport-async'),
      stdio: 'inherit',
    });
    const index = readFileSync(at('packages/transport-async/dist/index.js'), 'utf8');
    expect(index).toBe("export * from './on/index.js';\n");

    // Without other pending changesets.
    for (const name of readdirSync(at('.changeset'))) {
      if (/\.md$/.test(name) && !/^(README|promote-)/.test(name)) rmSync(at('.changeset', name));
    }
    const before = versions();
    const versioned = spawnSync(
      process.execPath,
      [at('node_modules/@changesets/cli/bin.js'), 'version'],
      {
        cwd: scratch,
        encoding: 'utf8',
      },
    );
    expect(versioned.stderr + versioned.stdout).toContain('All files have been updated');
    const after = versions();
    const moved = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(moved.sort()).toEqual(['@rsync-io/ssh', '@rsync-io/transport-async']);
  });
});
