import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Lab } from './lab.js';

interface Sources {
  /** Banners and messages of the day in the styles that hosts have. */
  readonly banners: readonly string[];
  /** Whole lines, without their ends, that name a failure in the right place. */
  readonly quotable: readonly string[];
  readonly rsyncOptions: readonly string[];
  /** Commands that print to stderr and succeed. */
  readonly remoteScripts: readonly string[];
}

const file = path.join(import.meta.dirname, '../../fixtures/explain/sources.json');
const { quotable, rsyncOptions, remoteScripts, banners } = JSON.parse(
  readFileSync(file, 'utf8'),
) as Sources;

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

/** Banners, and the words of every failure where they mean nothing: quoted, or printed by the remote side. */
export function harmlessTexts(): OrdinaryText[] {
  const ways: readonly ((words: string) => string)[] = [
    (words) => `tip: if you see "${words}" call us\n`,
    (words) => `> ${words}\n`,
    (words) => `    ${words}\r\n`,
    (words) => `2026-11-23 12:00:00 relay[77]: ${words}\r\n`,
    (words) => `${words} -- what to do about it\r\n`,
    (words) => `${words}\nThe rest of the notice.\n`,
    (words) => `${words}\r\nThe rest of the notice.\n`,
  ];
  const quotes = quotable.flatMap((words) =>
    ways.map((way, i) => ({ from: `way ${i} to quote ${words}`, text: way(words) })),
  );
  return [...banners.map((text) => ({ from: 'a message of the day', text })), ...quotes];
}

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
