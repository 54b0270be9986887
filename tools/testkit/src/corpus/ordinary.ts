import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { banners } from './banners.js';
import { quotable } from './quotable.js';
import type { Lab } from './lab.js';

/** A text that programs print to stderr though nothing is wrong with the connection. */
export interface OrdinaryText {
  readonly from: string;
  readonly text: string;
}

/** Real outputs, of successful runs of rsync, ssh and common tools. */
export async function recordOrdinary(lab: Lab): Promise<OrdinaryText[]> {
  const texts: OrdinaryText[] = [];
  const add = async (from: string, running: ReturnType<Lab['run']>) => {
    const { stderr, code } = await running;
    if (code !== 0) throw new Error(`${from} failed (${code}): ${stderr.toString()}`);
    if (stderr.length > 0) texts.push({ from, text: stderr.toString('latin1') });
  };
  const trees = makeTrees(lab.folder);
  let runs = 0;
  for (const options of rsyncOptions) {
    for (const [name, tree] of Object.entries(trees)) {
      const copy = path.join(lab.folder, `copy-${(runs += 1)}`);
      const there = (folder: string) => `${lab.server.host}:${folder}`;
      // Without it the messages that are no errors go to stdout (rsync(1)).
      const args = ['--stderr=all', '-a', ...options.split(' ')];
      const what = `rsync ${options}, ${name}`;
      await add(`${what}, local`, lab.run('rsync', [...args, tree, `${copy}-l`]));
      await add(`${what}, push`, lab.rsync([...args, tree, there(`${copy}-p`)]));
      await add(`${what}, pull`, lab.rsync([...args, there(tree), `${copy}-q`]));
    }
  }
  for (const script of remoteScripts)
    await add(script, lab.ssh([], [`cd ${trees.plain}; ${script}`]));
  await add('ssh -v', lab.ssh(['-v'], ['true']));
  await add(
    'ssh, a new host',
    lab.ssh(['-oStrictHostKeyChecking=no', `-oUserKnownHostsFile=${lab.file('new')}`]),
  );
  for (const banner of banners) {
    const server = await lab.sshd({ extraConfig: [`Banner ${lab.file('banner', banner)}`] });
    await add('a banner of sshd', lab.ssh([], ['true'], { server }));
    await server.close();
  }
  return texts;
}

/** The words of every failure, where they mean nothing: quoted, told about, or printed by the remote side. */
export function quotingTexts(): OrdinaryText[] {
  const ways: readonly ((words: string) => string)[] = [
    (words) => `tip: if you see "${words}" call us\n`,
    (words) => `> ${words}\n`,
    (words) => `    ${words}\r\n`,
    (words) => `2026-11-23 12:00:00 relay[77]: ${words}\r\n`,
    (words) => `${words} -- what to do about it\r\n`,
    (words) => `${words}\nThe rest of the notice.\n`,
    (words) => `${words}\r\nThe rest of the notice.\n`,
  ];
  return quotable.flatMap((words) =>
    ways.map((way, i) => ({ from: `way ${i} to quote ${words}`, text: way(words) })),
  );
}

const rsyncOptions = [
  '-v',
  '-vv',
  '-i',
  '--stats',
  '-vi',
  '-h --stats',
  '-v --progress',
  '-n -v',
  '-v --delete',
  '--info=name2,flist2,stats2',
  '--info=progress2',
  '--list-only',
  '-z -v',
  '--checksum -v',
  '--debug=flist2,exit',
  '--out-format=%o:%n:%l',
] as const;

function makeTrees(folder: string) {
  const make = (name: string, files: readonly string[]) => {
    mkdirSync(path.join(folder, name));
    for (const file of files) writeFileSync(path.join(folder, name, file), file);
    return `${path.join(folder, name)}/`;
  };
  return {
    plain: make('plain', ['a.txt', 'b.txt', 'error.log']),
    awkward: make('awkward', ['with space', "quote'", 'Größe', '[0;31mred', 'tab\there']),
    // -v prints names as whole lines.
    'names like failures': make(
      'forged',
      quotable.filter((words) => !words.includes('/')),
    ),
  };
}

const remoteScripts = [
  'ls -l >&2 | cat; ls >&2',
  'set -x; for i in 1 2 3; do true $i; done',
  'sh -vc "true; true"',
  'dd if=/dev/zero of=/dev/null bs=1k count=10',
  'gzip -kv a.txt b.txt',
  'gzip -lv a.txt.gz >&2',
  'tar -cvf /dev/null . >&2',
  'sha256sum *.txt >&2',
  'wc *.txt >&2',
  'cat *.txt >&2',
  'seq 1 200 >&2',
  'printf "50%%\\r100%%\\n" >&2',
  'printf "\\033[31mwarning\\033[0m: disk almost full\\n" >&2',
  'printf "no newline at the end" >&2',
  'printf "caf\\351 \\377\\376\\n" >&2',
  'ls /nowhere; echo went on >&2',
  'cat /nowhere; echo went on >&2',
  'no-such-program; echo went on >&2',
  '/nowhere/program; echo went on >&2',
  'cd /nowhere; echo went on >&2',
  'rm missing; echo went on >&2',
  'grep -r x /nowhere; echo went on >&2',
  'sort --debug a.txt >/dev/null',
  'bash -c "kill -9 \\$\\$"; echo went on >&2',
  'bash -c "exit 255"; echo went on >&2',
  'env no-such-program; echo went on >&2',
  'rsync --no-such-option; echo went on >&2',
  'rsync /nowhere /tmp/nowhere; echo went on >&2',
  'rsync rsync://127.0.0.1:1/; echo went on >&2',
  'ssh -o BatchMode=yes -p 1 127.0.0.1; echo went on >&2',
  'ssh -o NoSuch=1 127.0.0.1; echo went on >&2',
  'rsync --help >&2',
  'rsync --version >&2',
  'ssh -V',
  'getent hosts nowhere.invalid; echo "lookup: $?" >&2',
  'sleep 0.1 & echo "[1] started" >&2; wait',
  'yes "warning: deprecated option" | head -50 >&2',
  'printf "%1500s\\n" x >&2',
  'head -c 300 /dev/zero >&2',
  'od -c a.txt >&2',
] as const;
