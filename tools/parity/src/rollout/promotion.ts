import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { FLAG } from '@rsync-io/kit/workspace';
import type { Evidence } from './evidence.ts';
import { type FlaggedPackage, setFlag } from './packages.ts';

/** The change is not justified or not possible; the message states why and what to do. */
export class RefusedError extends Error {}

/** The package that most users depend on: a change of the flag is a minor release of it, too. */
const APP = '@rsync-io/ssh';

interface Effect {
  readonly changes: string;
  readonly goBack: string;
}

/** The effect on users, and what they do who want the state before. */
const EFFECTS: Readonly<Record<string, Effect>> = {
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
export function promote(
  root: string,
  chosen: FlaggedPackage,
  evidence: readonly Evidence[],
  force: boolean,
): string[] {
  if (chosen.isOn) throw new RefusedError(`The flag of ${chosen.name} is already on.`);
  const missing = evidence.filter(({ counts }) => !counts);
  if (missing.length > 0 && !force) {
    const reasons = missing.map(({ platform, text }) => `  ${platform}: ${text}`).join('\n');
    throw new RefusedError(
      `${chosen.name} is not promoted, because evidence is missing:\n${reasons}\n` +
        '--force promotes it anyway, and states that in the changeset.',
    );
  }
  const platforms = missing.map(({ platform }) => platform).join(' and ');
  const note = platforms && `\n\nPromoted without evidence of parity on ${platforms}.`;
  const { changes, goBack } = effectOf(chosen);
  const text =
    `The flag \`${FLAG}\` of \`${chosen.name}\` is on by default: ${changes}.\n` +
    `To go back, ${goBack}, or stay at the version before.${note}`;
  return change(root, chosen, true, text);
}

/** Turns the flag off again, like {@link promote}. */
export function demote(root: string, chosen: FlaggedPackage): string[] {
  if (!chosen.isOn) throw new RefusedError(`The flag of ${chosen.name} is already off.`);
  const text =
    `The flag \`${FLAG}\` of \`${chosen.name}\` is off by default again.\n` +
    `The export condition \`${FLAG}\` and the subpath of that name turn it on.`;
  return change(root, chosen, false, text);
}

function effectOf({ name }: FlaggedPackage): Effect {
  const effect = EFFECTS[name];
  if (effect === undefined)
    throw new Error(`promotion.ts does not say what the flag of ${name} changes.`);
  return effect;
}

function change(root: string, chosen: FlaggedPackage, on: boolean, text: string): string[] {
  setFlag(chosen, on);
  const { name, featuresFile } = chosen;
  const file = `${on ? 'promote' : 'demote'}-${name.replace(/^.*\//, '')}.md`;
  const changeset = path.join(root, '.changeset', file);
  writeFileSync(changeset, `---\n'${name}': minor\n'${APP}': minor\n---\n\n${text}\n`);
  return [featuresFile, changeset].map((one) => path.relative(root, one));
}
