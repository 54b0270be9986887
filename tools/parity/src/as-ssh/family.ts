import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '@rsync-io/kit/workspace';
import { findPeers, startOpenSshServer, treeDigest } from '@rsync-io/testkit/lab';
import { type Difference, difference, failure } from '../difference.ts';
import type { Environment } from '../matrix/environment.ts';
import { readCase } from '../matrix/scenario.ts';
import { type Case, cases, type Outcome } from './case.ts';
import { observe } from './observe.ts';

type Family = Environment<Case, Outcome>;

const README = path.join(ROOT, 'packages/ssh/README.md');
const RSYNC_IO_SSH = path.join(ROOT, 'packages/ssh/bin/rsync-io-ssh.js');

/** Commands with plain ssh and with `rsync-io-ssh`, or another program, in its place. */
export async function openFamily(replacement = RSYNC_IO_SSH): Promise<Family> {
  const functions = readCase('as-ssh.sh');
  const plain = findPeers().ssh?.path as string;
  // It also asks for passwords and accepts a variable of any bytes.
  const extraConfig = ['PasswordAuthentication yes', 'PermitRootLogin yes', 'AcceptEnv LC_RAW'];
  const server = await startOpenSshServer({ extraConfig });
  const root = mkdtempSync(path.join(tmpdir(), 'rsync-io-as-'));

  const run: Family['run'] = async (one, variant) => {
    const [program, own] = variant.kind === 'ssh' ? [plain, []] : [replacement, one.own ?? []];
    // The same for both programs, so that no name differs.
    const folder = path.join(root, one.name);
    const at = (name: string) => path.join(folder, name);
    rmSync(folder, { recursive: true, force: true });
    for (const name of ['', 'work', 'bin']) mkdirSync(at(name), { mode: 0o700 });
    symlinkSync(program, at('bin/ssh'));
    writeFileSync(at('config'), readFileSync(server.configFile), { mode: 0o600 });
    writeFileSync(at('pattern'), at('config'));
    writeFileSync(at('line'), `${functions}\n${one.line}\n`);
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
    return { ...outcome, files: treeDigest(at('work')).join('\n') };
  };
  const close = async () => {
    rmSync(root, { recursive: true });
    await server.close();
  };
  return { scenarios: cases.filter(canRun), versions: {}, run, judge, close };
}

/** Prints which programs are missing. With `RSYNC_IO_REQUIRE_PEERS=1` the case then runs, and fails. */
function canRun({ name, needs = [], terminal }: Case): boolean {
  const names = ['bash', ...needs, ...(terminal ? ['script'] : [])];
  const search = 'for name; do command -v "$name" >&2 || echo "$name"; done';
  const { stdout } = spawnSync('sh', ['-c', search, 'sh', ...names], { encoding: 'utf8' });
  if (stdout !== '') process.stdout.write(`${name}: not run: not installed: ${stdout}`);
  return stdout === '' || process.env['RSYNC_IO_REQUIRE_PEERS'] === '1';
}

/** Compares the programs. Removes the differences that the README states, and adds one if it states another. */
const judge: Family['judge'] = ({ shows, documented }, _variant, seen, [reference]) => {
  const expected = reference?.observation ?? seen;
  const all = `${expected.stdout}${expected.stderr}${expected.screen}`;
  if (!new RegExp(shows).test(all)) return [failure(all, shows)];
  if (reference === undefined) return [];
  const aspects = Object.keys(expected) as (keyof Outcome)[];
  const found = aspects.filter((aspect) => expected[aspect] !== seen[aspect]);
  const others = found.filter((aspect) => documented?.aspects.includes(aspect) !== true);
  const differences = others.map((name): Difference =>
    difference(name, expected[name], seen[name]),
  );
  if (documented === undefined) return differences;
  const { where, appears } = documented;
  if (!readFileSync(README, 'utf8').replace(/\s+/g, ' ').includes(where)) {
    differences.push(failure('nothing', `“${where}” in packages/ssh/README.md`));
  }
  if (appears === 'always' && found.length === others.length) {
    differences.push(failure('none', `a difference, as documented: ${where}`));
  }
  return differences;
};
