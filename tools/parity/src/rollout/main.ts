import path from 'node:path';
import { command } from '@rsync-io/kit/command';
import { parseList } from '@rsync-io/kit/options';
import { formatTable } from '@rsync-io/kit/table';
import { FLAG, ROOT } from '@rsync-io/kit/workspace';
import { codeIdentity } from '../report/code-identity.ts';
import { readReports } from '../report/tables.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import { demote, flaggedPackages, promote, RefusedError } from './promotion.ts';

const HELP = `Usage: npm run rollout -- status
       npm run rollout -- promote PACKAGE [--force]
       npm run rollout -- demote PACKAGE

The flag ${FLAG}, package by package. status prints the default of each package and the evidence
of parity for the present code on each platform. promote turns the flag on for one package: one line in its
features.json, and a changeset with a minor release of the package and of @rsync-io/ssh. Without complete evidence from
Linux, macOS and Windows it refuses, or states that in the changeset (--force). demote turns the flag off again.

Exit status: 0 done; 1 refused; 2 wrong usage.
`;

const REFUSED = 1;
const ACTIONS = ['status', 'promote', 'demote'];
const packages = flaggedPackages(ROOT);

await command({
  name: 'rollout',
  help: HELP,
  options: { force: { type: 'boolean', default: false } },
  allowPositionals: true,
  read: ({ force }, [action = '', name, ...rest]) => {
    parseList('The action', action, ACTIONS);
    const names = packages.map((one) => one.name).join(', ');
    const chosen = packages.find((one) => one.name === name || one.name === `@rsync-io/${name}`);
    if (rest.length > 0 || (action === 'status') !== (name === undefined)) {
      throw new Error(`status takes no package, the others one of ${names}.`);
    }
    if (name !== undefined && chosen === undefined) {
      throw new Error(`'${name}' has no features.json; these have: ${names}.`);
    }
    return { force, action, chosen };
  },
  run({ action, chosen, force }) {
    const evidence = evidenceOf(readReports(path.join(ROOT, 'reports')), codeIdentity(ROOT));
    try {
      if (chosen === undefined) process.stdout.write(statusText(evidence));
      else {
        const files = action === 'promote' ? promote(chosen, evidence, force) : demote(chosen);
        process.stdout.write(`Changed: ${files.join(', ')}. Build, test, commit.\n`);
      }
      return 0;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      process.stderr.write(`${error.message}\n`);
      return REFUSED;
    }
  },
});

function statusText(evidence: readonly Evidence[]): string {
  const missing = evidence.filter(({ counts }) => !counts).map(({ platform }) => platform);
  const defaults = packages.map(({ name, version, isOn }) => [name, version, isOn ? 'on' : 'off']);
  const parity = evidence.map(({ platform, counts, text }) => [counts ? '✓' : '✗', platform, text]);
  return [
    FLAG,
    formatTable(['package', 'version', 'default'], defaults),
    formatTable(['', 'platform', 'parity of the present code'], parity),
    missing.length === 0
      ? 'Evidence is complete: promote is possible.\n'
      : `promote refuses: no evidence for ${missing.join(', ')}.\n`,
  ].join('\n\n');
}
