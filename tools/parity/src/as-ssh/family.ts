import { spawnSync } from 'node:child_process';
import { startOpenSshServer } from '@rsync-io/testkit/lab';
import { type Case, cases } from './case.ts';
import { concurrently } from '../matrix/concurrently.ts';
import { isChosen, type RunOptions } from '../matrix/run-matrix.ts';
import { type CaseDifference, runCase } from './run-case.ts';

export interface CaseResult {
  readonly name: string;
  readonly title: string;
  readonly differences: readonly CaseDifference[];
  /** Why the case did not run. */
  readonly notRun?: string;
}

export interface FamilyOptions extends RunOptions {
  readonly onCase?: (result: CaseResult) => void;
}

/** A server that also asks for passwords and accepts a variable of any bytes. */
export const startServer = () =>
  startOpenSshServer({
    extraConfig: ['PasswordAuthentication yes', 'PermitRootLogin yes', 'AcceptEnv LC_RAW'],
  });

/** Runs the family "as ssh": the same commands through plain ssh and through `rsync-io-ssh`. */
export async function runFamily(options: FamilyOptions): Promise<CaseResult[]> {
  const chosen = cases.filter(({ name }) => isChosen(options.only, name));
  if (chosen.length === 0) return [];
  const server = await startServer();
  try {
    return await concurrently(chosen, options, async (one) => {
      const { name, title } = one;
      const reason = missing(one);
      const result =
        reason === null
          ? { name, title, differences: await runCase(one, server) }
          : { name, title, differences: required(reason), notRun: reason };
      options.onCase?.(result);
      return result;
    });
  } finally {
    await server.close();
  }
}

/** Why a case cannot run here. */
function missing({ needs = [], terminal }: Case): string | null {
  const names = ['bash', ...needs, ...(terminal ? ['script'] : [])];
  const absent = names.filter(
    (name) => spawnSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' }).status !== 0,
  );
  return absent.length === 0 ? null : `${absent.join(', ')} not installed`;
}

const required = (reason: string): CaseDifference[] =>
  process.env['RSYNC_IO_REQUIRE_PEERS'] === '1'
    ? [{ aspect: 'the run', expected: 'all programs, as RSYNC_IO_REQUIRE_PEERS=1', got: reason }]
    : [];
