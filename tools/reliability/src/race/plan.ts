import { Choices } from '../choices.ts';

/** One step of the child, a shell script. Sizes are in bytes, pauses in milliseconds. */
export type ChildStep =
  | { readonly kind: 'stdout' | 'stderr'; readonly bytes: number }
  | { readonly kind: 'pause'; readonly ms: number }
  /** A process that keeps stdout and stderr open after the child's exit. */
  | { readonly kind: 'grandchild' };

export type Reader = 'none' | 'data' | 'readable' | 'iterate' | 'pipeline' | 'pause-for-ever';
export type Goodbye = 'wait' | 'waitWithStderr' | 'exited' | 'waitBriefly';
export type Interruption = 'kill' | 'killHard' | 'abort' | 'dispose';

/** When an action happens: at once, in a later turn of the event loop, after a pause, or at the first line of stderr. */
export type Moment =
  | { readonly at: 'start' }
  | { readonly at: 'turn' }
  | { readonly at: 'pause'; readonly ms: number }
  | { readonly at: 'line' };

export interface Plan {
  readonly seed: number;
  readonly child: {
    readonly steps: readonly ChildStep[];
    /** Whether it copies its stdin to a file before it exits. */
    readonly readsStdin: boolean;
    readonly exitCode: number;
  };
  readonly reader: { readonly kind: Reader; readonly slow: boolean; readonly when: Moment };
  /** Bytes written to stdin; `null`: nothing is written, and stdin is left to `wait()`. */
  readonly writer: { readonly bytes: number; readonly chunk: number; readonly when: Moment } | null;
  readonly goodbyes: readonly { readonly call: Goodbye; readonly when: Moment }[];
  readonly interruption: { readonly call: Interruption; readonly when: Moment } | null;
  /** A subscriber of `rsync-io:stderr:line` that comes, and perhaps goes. */
  readonly subscriber: { readonly comes: Moment; readonly goes: Moment | null } | null;
  /** The caller's own line listener, if there is one; one that calls back calls `stderrSnapshot()` and `tryWait()`. */
  readonly listener: 'none' | 'silent' | 'calls-back';
}

const SIZES = [1, 3, 80, 4_096, 65_536, 70_001, 300_000];

/**
 * The plan of one run. The same seed gives the same plan.
 *
 * @param channel whether the transport captures stderr; without, the child writes nothing there
 */
export function createPlan(seed: number, channel: boolean): Plan {
  const random = new Choices(seed);
  const moment = (): Moment =>
    random.pick<() => Moment>([
      () => ({ at: 'start' }),
      () => ({ at: 'start' }),
      () => ({ at: 'turn' }),
      () => ({ at: 'pause', ms: random.integer(0, 20) }),
      () => ({ at: 'line' }),
    ])();
  const readsStdin = random.chance(0.4);
  return {
    seed,
    child: {
      steps: steps(random).filter(({ kind }) => channel || kind !== 'stderr'),
      readsStdin,
      exitCode: random.pick([0, 0, 0, 3, 255]),
    },
    reader: {
      kind: random.pick([
        'none',
        'data',
        'data',
        'readable',
        'iterate',
        'pipeline',
        'pause-for-ever',
      ]),
      slow: random.chance(0.2),
      when: random.chance(0.7) ? { at: 'start' } : moment(),
    },
    writer: readsStdin
      ? {
          bytes: random.pick([0, 3, 70_000, 400_000]),
          chunk: random.pick([1_000, 65_536]),
          when: moment(),
        }
      : null,
    goodbyes: Array.from({ length: random.integer(1, 3) }, () => ({
      call: random.pick<Goodbye>(['wait', 'waitWithStderr', 'exited', 'waitBriefly']),
      when: moment(),
    })),
    interruption: random.chance(0.35)
      ? {
          call: random.pick<Interruption>(['kill', 'killHard', 'abort', 'dispose']),
          when: moment(),
        }
      : null,
    subscriber: random.chance(0.5)
      ? { comes: moment(), goes: random.chance(0.5) ? moment() : null }
      : null,
    listener: random.pick<Plan['listener']>(['none', 'silent', 'calls-back']),
  };
}

function steps(random: Choices): ChildStep[] {
  return Array.from({ length: random.integer(1, 6) }, () =>
    random.pick<() => ChildStep>([
      () => ({ kind: 'stdout', bytes: random.pick(SIZES) }),
      () => ({ kind: 'stdout', bytes: random.pick(SIZES) }),
      () => ({ kind: 'stderr', bytes: random.pick(SIZES.slice(0, 5)) }),
      () => ({ kind: 'stderr', bytes: random.integer(1, 200) }),
      () => ({ kind: 'pause', ms: random.integer(0, 15) }),
      () => (random.chance(0.3) ? { kind: 'grandchild' } : { kind: 'pause', ms: 1 }),
    ])(),
  );
}

/** Bytes that the child writes to `kind` in all. */
export function totalOf(plan: Plan, kind: 'stdout' | 'stderr'): number {
  let total = 0;
  for (const step of plan.child.steps) if (step.kind === kind) total += step.bytes;
  return total;
}
