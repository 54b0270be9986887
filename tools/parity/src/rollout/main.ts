import path from 'node:path';
import { UsageError } from '@rsync-io/kit/command';
import { formatTable } from '@rsync-io/kit/table';
import { flag, tool } from '@rsync-io/kit/tool';
import { FLAG, ROOT } from '@rsync-io/kit/workspace';
import { codeIdentity } from '../report/code-identity.ts';
import { readReports } from '../report/report.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import { demote, flaggedPackages, promote, RefusedError } from './promotion.ts';

const ACTIONS = ['status', 'promote', 'demote'];
const packages = flaggedPackages(ROOT);

await tool({
  name: 'rollout',
  usage: '-- status | promote PACKAGE [--force] | demote PACKAGE',
  about: `The flag ${FLAG}, package by package. status prints the default of each package and the evidence
of parity for the present code on each platform. promote turns the flag on for one package: one line in its
features.json, and a changeset with a minor release of the package and of @rsync-io/ssh. Without complete evidence from
Linux, macOS and Windows it refuses. demote turns the flag off again.`,
  options: { force: flag('promote without complete evidence, which the changeset then states') },
  exits: '0 done; 1 refused',
  run({ force }, [action = '', name, ...rest]) {
    if (!ACTIONS.includes(action))
      throw new UsageError(`The action is one of ${ACTIONS.join(', ')}.`);
    if (rest.length > 0 || (action === 'status') !== (name === undefined)) {
      throw new UsageError('status takes no package, the other actions take one.');
    }
    const evidence = evidenceOf(readReports(path.join(ROOT, 'reports')), codeIdentity(ROOT));
    if (name === undefined) {
      process.stdout.write(statusText(evidence));
      return 0;
    }
    const chosen = packages.find((one) => one.name === name || one.name === `@rsync-io/${name}`);
    if (chosen === undefined) {
      const names = packages.map((one) => one.name).join(', ');
      throw new UsageError(`'${name}' has no features.json; these have: ${names}.`);
    }
    try {
      const files = action === 'promote' ? promote(chosen, evidence, force) : demote(chosen);
      process.stdout.write(`Changed: ${files.join(', ')}. Build, test, commit.\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      process.stderr.write(`${error.message}\n`);
      return 1;
    }
  },
});

function statusText(evidence: readonly Evidence[]): string {
  const missing = evidence.filter(({ counts }) => !counts).map(({ platform }) => platform);
  const defaults = packages.map(({ name, isOn }) => [name, isOn ? 'on' : 'off']);
  const parity = evidence.map(({ platform, counts, text }) => [counts ? '✓' : '✗', platform, text]);
  return [
    FLAG,
    formatTable(['package', 'default'], defaults),
    formatTable(['', 'platform', 'parity of the present code'], parity),
    missing.length === 0
      ? 'Evidence is complete: promote is possible.\n'
      : `promote refuses: no evidence for ${missing.join(', ')}.\n`,
  ].join('\n\n');
}
