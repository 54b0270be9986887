import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { FLAG } from '@rsync-io/kit/workspace';
import type { Evidence } from './evidence.ts';
import { type FlaggedPackage, setFlag } from './packages.ts';

/** The change is not justified or not possible; the message states why and what to do. */
export class RefusedError extends Error {}

/** The effect on users. */
const EFFECT: Readonly<Record<string, string>> = {
  '@rsync-io/transport-async': "the child's stderr is captured, forwarded and explained",
  '@rsync-io/win-shim':
    'on Windows stderr uses the TCP-loopback pair, with the pipe as the fallback',
};

/**
 * Turns the flag on for one package: its `features.json`, and a changeset. Returns the changed files, relative
 * to the root. Throws RefusedError.
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
  const effect = EFFECT[chosen.name] ?? 'see the README';
  return change(root, chosen, true, `The flag \`${FLAG}\` is on by default: ${effect}.${note}`);
}

/** Turns the flag off again, like {@link promote}. */
export function demote(root: string, chosen: FlaggedPackage): string[] {
  if (!chosen.isOn) throw new RefusedError(`The flag of ${chosen.name} is already off.`);
  const text = `The flag \`${FLAG}\` is off by default again. The export condition \`${FLAG}\` turns it on.`;
  return change(root, chosen, false, text);
}

function change(root: string, chosen: FlaggedPackage, on: boolean, text: string): string[] {
  setFlag(chosen, on);
  const { name, featuresFile } = chosen;
  const file = `${on ? 'promote' : 'demote'}-${name.replace(/^.*\//, '')}.md`;
  const changeset = path.join(root, '.changeset', file);
  writeFileSync(changeset, `---\n'${name}': minor\n---\n\n${text}\n`);
  return [featuresFile, changeset].map((one) => path.relative(root, one));
}
