import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FLAG, workspaceProjects } from '@rsync-io/kit/workspace';
import type { Evidence } from './evidence.ts';

/** The packages whose build depends on the flag. */
export const flaggedPackages = (root: string) =>
  workspaceProjects(root).flatMap(({ name, folder, features }) => {
    if (features === null) return [];
    const featuresFile = path.join(folder, 'features.json');
    return { root, name, isOn: features[FLAG] === true, featuresFile };
  });

export type FlaggedPackage = ReturnType<typeof flaggedPackages>[number];

/** The change is not justified or not possible; the message states why and what to do. */
export class RefusedError extends Error {}

/** The package that most users depend on: a change of the flag is a minor release of it, too. */
const APP = '@rsync-io/ssh';

/** The effect on users, and how to go back. */
const EFFECTS: Readonly<Record<string, { changes: string; goBack: string }>> = {
  '@rsync-io/transport-async': {
    changes:
      "the asynchronous transport captures the child's stderr and forwards it to yours; before, ssh inherited it",
    goBack: 'pass `backends: []` to `connect`',
  },
  '@rsync-io/win-shim': {
    changes: 'on Windows stderr uses a TCP-loopback pair, with the pipe as the fallback',
    goBack: 'pass `backends: [pipeBackend]`, of `@rsync-io/pipe`',
  },
};

/**
 * Turns the flag on for one package: its `features.json`, and a changeset with a minor release of the package
 * and of `@rsync-io/ssh`. Returns the changed files, relative to the root. Throws RefusedError.
 */
export function promote(chosen: FlaggedPackage, evidence: Evidence[], force: boolean): string[] {
  const { name } = chosen;
  const missing = evidence.filter(({ counts }) => !counts);
  if (missing.length > 0 && !force && !chosen.isOn) {
    const reasons = missing.map(({ platform, text }) => `  ${platform}: ${text}`).join('\n');
    throw new RefusedError(
      `${name} is not promoted, because evidence is missing:\n${reasons}\n` +
        '--force promotes it anyway, and states that in the changeset.',
    );
  }
  const effect = EFFECTS[name];
  if (!effect) throw new Error(`promotion.ts does not state what the flag of ${name} changes.`);
  const platforms = missing.map(({ platform }) => platform).join(' and ');
  const note = platforms && `\n\nPromoted without evidence of parity on ${platforms}.`;
  const text = `by default: ${effect.changes}.\nTo go back, ${effect.goBack}, or stay at the version before.${note}`;
  return change(chosen, true, text);
}

/** Turns the flag off again, like {@link promote}. */
export function demote(chosen: FlaggedPackage): string[] {
  const text = `by default again.\nThe export condition \`${FLAG}\` and the subpath of that name turn it on.`;
  return change(chosen, false, text);
}

function change(chosen: FlaggedPackage, on: boolean, text: string): string[] {
  const { root, name, featuresFile, isOn } = chosen;
  const state = on ? 'on' : 'off';
  if (isOn === on) throw new RefusedError(`The flag of ${name} is already ${state}.`);
  const features = readFileSync(featuresFile, 'utf8');
  const changed = features.replace(new RegExp(`("${FLAG}":\\s*)${isOn}`), `$1${on}`);
  if (changed === features) throw new Error(`${featuresFile} has no "${FLAG}" to change.`);
  writeFileSync(featuresFile, changed);
  const file = `${on ? 'promote' : 'demote'}-${path.basename(name)}.md`;
  const changeset = path.join(root, '.changeset', file);
  const head = `---\n'${name}': minor\n'${APP}': minor\n---\n\n`;
  writeFileSync(changeset, `${head}The flag \`${FLAG}\` of \`${name}\` is ${state} ${text}\n`);
  return [featuresFile, changeset].map((one) => path.relative(root, one));
}
