import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Evidence } from './evidence.js';
import { FLAG, type FlaggedPackage, setFlag } from './flagged-packages.js';

/** Promotion is not justified, or not possible; the message says why and what to do. */
export class RefusedError extends Error {}

export interface Changed {
  /** Relative to the root. */
  readonly files: readonly string[];
}

/**
 * Turns the flag on for one package: its `features.json`, and a changeset that says so.
 * @throws RefusedError
 */
export function promote(
  root: string,
  chosen: FlaggedPackage,
  found: readonly Evidence[],
  force: boolean,
): Changed {
  if (chosen.isOn) throw new RefusedError(`${chosen.name} has the flag on already.`);
  const missing = found.filter(({ counts }) => !counts);
  if (missing.length > 0 && !force) {
    const reasons = missing.map(({ platform, words }) => `  ${platform}: ${words}`).join('\n');
    throw new RefusedError(
      `${chosen.name} is not promoted, for want of evidence:\n${reasons}\n` +
        '--force promotes it all the same, and says so in the changeset.',
    );
  }
  const without =
    missing.length === 0
      ? ''
      : `\n\nPromoted without evidence of parity on ${missing.map(({ platform }) => platform).join(' and ')}.`;
  setFlag(chosen, true);
  return written(root, chosen, 'promote', 'minor', [
    `The flag \`${FLAG}\` is on by default: ${EFFECT[chosen.name] ?? 'see the README'}.${without}`,
  ]);
}

/**
 * Turns it off again.
 * @throws RefusedError
 */
export function demote(root: string, chosen: FlaggedPackage): Changed {
  if (!chosen.isOn) throw new RefusedError(`${chosen.name} has the flag off already.`);
  setFlag(chosen, false);
  return written(root, chosen, 'demote', 'minor', [
    `The flag \`${FLAG}\` is off by default again. Whoever wants it takes the export condition \`${FLAG}\`.`,
  ]);
}

/** What users see of it. */
const EFFECT: Readonly<Record<string, string>> = {
  '@rsync-io/transport-async': "the child's stderr is captured, forwarded and explained",
  '@rsync-io/win-shim':
    'on Windows stderr comes by the TCP-loopback pair, with the pipe as fallback',
};

function written(
  root: string,
  { name, featuresFile }: FlaggedPackage,
  what: 'promote' | 'demote',
  bump: 'minor',
  paragraphs: readonly string[],
): Changed {
  const file = path.join(root, '.changeset', `${what}-${name.replace(/^.*\//, '')}.md`);
  writeFileSync(file, `---\n'${name}': ${bump}\n---\n\n${paragraphs.join('\n\n')}\n`);
  return { files: [featuresFile, file].map((one) => path.relative(root, one)) };
}
