import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '@rsync-io/kit/workspace';
import { findPeers, type OpenSshServer, treeDigest } from '@rsync-io/testkit/lab';
import { type Aspect, ASPECTS, type Case, PRELUDE } from './case.ts';
import { observe, type Outcome } from './observe.ts';

export interface CaseDifference {
  readonly aspect: Aspect | 'the run';
  readonly expected: string;
  readonly got: string;
}

const README = path.join(ROOT, 'packages/ssh/README.md');
const RSYNC_IO_SSH = path.join(ROOT, 'packages/ssh/bin/rsync-io-ssh.js');

/**
 * Runs a case with both programs, one after the other in the same folder, so that no name differs.
 * @param replacement - the program in the place of ssh
 * @returns the differences that the README does not state
 */
export async function runCase(
  one: Case,
  server: OpenSshServer,
  replacement = RSYNC_IO_SSH,
): Promise<CaseDifference[]> {
  const plain = findPeers().ssh?.path as string;
  const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-as-'));
  try {
    const expected = await runWith(plain, []);
    const all = ['stdout', 'stderr', 'screen'].map((name) => expected[name as Aspect]).join('');
    if (!new RegExp(one.shows).test(all)) return [inRun(one.shows, all)];
    const got = await runWith(replacement, one.own ?? []);
    const found = ASPECTS.filter((aspect) => expected[aspect] !== got[aspect]);
    const differences = found.map((aspect) => difference(aspect, expected[aspect], got[aspect]));
    return undocumented(one, differences);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }

  async function runWith(program: string, own: readonly string[]) {
    const at = (name: string) => path.join(folder, name);
    rmSync(folder, { recursive: true });
    for (const name of ['', 'work', 'bin']) mkdirSync(at(name), { mode: 0o700 });
    symlinkSync(program, at('bin/ssh'));
    writeFileSync(at('config'), readFileSync(server.configFile), { mode: 0o600 });
    writeFileSync(at('pattern'), at('config'));
    writeFileSync(at('line'), `${PRELUDE}\n${one.line}\n`);
    const env = {
      PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}`,
      HOME: folder,
      LC_ALL: 'C.UTF-8',
      TERM: 'xterm',
      SHELL: '/bin/bash',
      HERE: folder,
      HOST: server.host,
      CONF: at('config'),
      PLAIN: plain,
      PROGRAM: at('bin/ssh'),
      SSH: [at('bin/ssh'), ...own, '-F', at('config')].join(' '),
    };
    const outcome = await observe(one, at('line'), { cwd: at('work'), env });
    return { ...outcome, files: treeDigest(at('work')).join('\n') } satisfies Outcome & {
      files: string;
    };
  }
}

/** Removes the differences that the README states, and adds one if it states what is not there. */
function undocumented(
  { documented }: Case,
  differences: readonly CaseDifference[],
): CaseDifference[] {
  if (documented === undefined) return [...differences];
  const { where, aspects, appears } = documented;
  const others = differences.filter(({ aspect }) => !aspects.some((stated) => stated === aspect));
  const text = readFileSync(README, 'utf8').replace(/\s+/g, ' ');
  if (!text.includes(where)) others.push(inRun(`“${where}” in packages/ssh/README.md`, 'nothing'));
  if (appears === 'always' && differences.length === others.length) {
    others.push(inRun(`a difference, as documented: ${where}`, 'none'));
  }
  return others;
}

const difference = (aspect: Aspect, expected: string, got: string): CaseDifference => {
  // From shortly before the first character that differs.
  const from = Math.max(0, [...expected].findIndex((character, i) => character !== got[i]) - 80);
  const part = (text: string) => text.slice(from, from + 400);
  return { aspect, expected: part(expected), got: part(got) };
};
const inRun = (expected: string, got: string): CaseDifference => ({
  aspect: 'the run',
  expected,
  got: got.slice(0, 400),
});
