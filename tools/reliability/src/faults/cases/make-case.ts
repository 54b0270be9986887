import { type Combination, nameOf } from '../combination.ts';
import { type Expectation, usual } from '../expectation.ts';
import type { FaultCase, FaultGroup, Injection } from '../fault-case.ts';
import type { ProbeConfig, ProbeStderrKind } from '../probe-config.ts';

/** A case that takes longer hangs and is killed. Unit: milliseconds. */
export const DEADLINE_MS = 40_000;

/** The child of most cases: echoes the wire, writes its payload to fd 2 and exits with 3. */
export const TALK = 'cat; cat "$PAYLOAD" >&2; exit 3';

/** The same without waiting for the end of its stdin. */
export const TALK_AT_ONCE = 'head -c 1000; cat "$PAYLOAD" >&2; exit 3';

export interface Fault {
  readonly title: string;
  readonly config?: Partial<ProbeConfig>;
  readonly stderr?: ProbeStderrKind;
  readonly nodeOptions?: readonly string[];
  readonly expect?: Partial<Expectation>;
  readonly injection?: Injection;
  readonly deadlineMs?: number;
}

/** One fault in one combination. */
export function makeCase(combination: Combination, group: FaultGroup, fault: Fault): FaultCase {
  return {
    name: `${nameOf(combination)} ${group}: ${fault.title}`,
    combination,
    group,
    config: {
      combination,
      script: TALK,
      program: null,
      padding: null,
      cwd: null,
      connections: 1,
      wireBytes: 1_000,
      readsToEnd: true,
      payloadBytes: 3_000,
      arrange: { kind: 'nothing' },
      during: null,
      fenced: fault.injection !== undefined,
      warmUp: fault.injection?.cold === true ? 'none' : 'its own',
      reference: null,
      bug: null,
      ...fault.config,
    },
    stderr: fault.stderr ?? 'file',
    nodeOptions: fault.nodeOptions ?? [],
    expect: usual(combination, fault.expect),
    injection: fault.injection ?? null,
    deadlineMs: fault.deadlineMs ?? DEADLINE_MS,
  };
}
