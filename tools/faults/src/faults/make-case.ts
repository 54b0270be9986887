import type { Expectation } from '../judge/expectation.js';
import { usual } from '../judge/expectation.js';
import { type Combination, nameOf } from '../matrix/combination.js';
import type { FaultCase, FaultGroup, Injection } from '../matrix/fault-case.js';
import type { ProbeOrder, StderrOfProbe } from '../matrix/probe-order.js';

/** A case that takes longer hangs: it and all that it started are killed. Unit: milliseconds. */
export const DEADLINE_MS = 40_000;

/** The child of most cases: echoes the wire, then says its payload, and fails with 3. */
export const TALK = 'cat; cat "$PAYLOAD" >&2; exit 3';

/** The same without waiting for the end of its stdin. */
export const TALK_AT_ONCE = 'head -c 1000; cat "$PAYLOAD" >&2; exit 3';

export interface Fault {
  readonly title: string;
  readonly order?: Partial<ProbeOrder>;
  readonly stderr?: StderrOfProbe;
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
    order: {
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
      plant: null,
      ...fault.order,
    },
    stderr: fault.stderr ?? 'file',
    nodeOptions: fault.nodeOptions ?? [],
    expect: usual(combination, fault.expect),
    injection: fault.injection ?? null,
    deadlineMs: fault.deadlineMs ?? DEADLINE_MS,
  };
}
