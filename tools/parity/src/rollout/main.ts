import path from 'node:path';
import { command } from '@rsync-io/kit/command';
import { formatTable } from '@rsync-io/kit/table';
import { FLAG, ROOT } from '@rsync-io/kit/workspace';
import { codeIdentity } from '../report/code-identity.ts';
import { readReports } from '../report/page.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import { type FlaggedPackage, flaggedPackages } from './packages.ts';
import { demote, promote, RefusedError } from './promotion.ts';

const HELP = `Usage: npm run rollout -- status
       npm run rollout -- promote PACKAGE [--force]
       npm run rollout -- demote PACKAGE

The flag ${FLAG}, package by package. status prints the default of each package and the evidence of
parity for the present code on each platform. promote turns the flag on for one package: one line in its
features.json, and a changeset with a minor release of the package and of @rsync-io/ssh. It refuses without complete
evidence from Linux, macOS and Windows. demote turns it off again.

  --force  promote without evidence; the changeset states that
  --help   print this text

Exit status: 0 done; 1 refused; 2 wrong usage.
`;

const REFUSED = 1;
const ACTIONS = ['status', 'promote', 'demote'] as const;

await command({
  name: 'rollout',
  help: HELP,
  options: {
    force: { type: 'boolean', default: false },
  },
  allowPositionals: true,
  read: (values, [word, name, ...rest]) => {
    const packages = flaggedPackages(ROOT);
    const names = packages.map((one) => one.name).join(', ');
    const action = ACTIONS.find((one) => one === word);
    if (action === undefined) throw new Error(`The action must be one of ${ACTIONS.join(', ')}.`);
    if (rest.length > 0 || (action === 'status') !== (name === undefined)) {
      throw new Error(`status takes no package, ${action} one of ${names}.`);
    }
    const chosen = packages.find((one) => one.name === name || one.name === `@rsync-io/${name}`);
    if (name !== undefined && chosen === undefined) {
      throw new Error(`'${name}' has no features.json; these have: ${names}.`);
    }
    return { ...values, action, packages, chosen: chosen ?? null };
  },
  run({ action, packages, chosen, force }) {
    const evidence = evidenceOf(readReports(path.join(ROOT, 'reports')), codeIdentity(ROOT));
    if (chosen === null) {
      process.stdout.write(statusText(packages, evidence));
      return 0;
    }
    try {
      const files =
        action === 'promote' ? promote(ROOT, chosen, evidence, force) : demote(ROOT, chosen);
      process.stdout.write(`Changed: ${files.join(', ')}. Build, test, commit.\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      process.stderr.write(`${error.message}\n`);
      return REFUSED;
    }
  },
});

function statusText(packages: readonly FlaggedPackage[], evidence: readonly Evidence[]): string {
  const missing = evidence.filter(({ counts }) => !counts).map(({ platform }) => platform);
  return [
    `${FLAG}\n`,
    formatTable(
      ['package', 'version', 'default', 'pending changesets'],
      packages.map(({ name, version, isOn, changesets }) => [
        ...[name, version, isOn ? 'on' : 'off'],
        changesets.join(', ') || 'none',
      ]),
    ),
    '\nParity of the present code',
    ...evidence.map(
      ({ platform, counts, text }) => `  ${counts ? '✓' : '✗'} ${platform.padEnd(8)} ${text}`,
    ),
    missing.length === 0
      ? '\nEvidence is complete: promote is possible.\n'
      : `\npromote refuses: no evidence for ${missing.join(', ')}.\n`,
  ].join('\n');
}
