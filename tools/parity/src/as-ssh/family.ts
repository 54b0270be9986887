import { spawnSync } from 'node:child_process';
import { findPeers, startOpenSshServer } from '@rsync-io/testkit/lab';
import type { Case } from './case.ts';
import { processCases, sshCases } from './cases.ts';
import { clientCases } from './client-cases.ts';
import { type CaseDifference, runCase } from './run-case.ts';
import { terminalCases } from './terminal-cases.ts';

export interface CaseResult {
  readonly name: string;
  readonly title: string;
  readonly differences: readonly CaseDifference[];
  /** Why the case did not run. */
  readonly notRun?: string;
}

export const cases: readonly Case[] = [
  ...sshCases,
  ...processCases,
  ...terminalCases,
  ...clientCases,
];

export interface FamilyOptions {
  /** Parts of names; empty: all. */
  readonly only: readonly string[];
  /** Number of concurrent cases. */
  readonly jobs: number;
  readonly onCase?: (result: CaseResult) => void;
  readonly signal?: AbortSignal;
}

/** A server that also asks for passwords and accepts a variable of any bytes. */
export const startServer = () =>
  startOpenSshServer({
    extraConfig: ['PasswordAuthentication yes', 'PermitRootLogin yes', 'AcceptEnv LC_RAW'],
  });

/** Runs the family "as ssh": the same commands through plain ssh and through `rsync-io-ssh`. */
export async function runFamily(options: FamilyOptions): Promise<CaseResult[]> {
  const { only, jobs, onCase, signal } = options;
  const chosen = cases.filter(
    ({ name }) => only.length === 0 || only.some((part) => name.includes(part)),
  );
  if (chosen.length === 0) return [];
  const { ssh, sshd } = findPeers();
  if (ssh === null || sshd === null) throw new Error('The family "as ssh" needs ssh and sshd.');
  const server = await startServer();
  const results: CaseResult[] = [];
  const queue = chosen.values();
  const work = async () => {
    for (const one of queue) {
      signal?.throwIfAborted();
      const { name, title } = one;
      const reason = missing(one);
      const result =
        reason === null
          ? { name, title, differences: await runCase(one, server) }
          : { name, title, differences: required(reason), notRun: reason };
      results.push(result);
      onCase?.(result);
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, work));
  } finally {
    await server.close();
  }
  return results;
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
