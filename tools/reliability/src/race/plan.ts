import fc from 'fast-check';
import type { Slice, Step } from '../common/child.ts';
import { between, draw, only, weighted } from '../common/draw.ts';

type Reader = 'none' | 'data' | 'readable' | 'iterate' | 'pipeline' | 'pause-for-ever';
export type Goodbye = 'wait' | 'waitWithStderr' | 'exited' | 'waitBriefly';
type Interruption = 'kill' | 'killHard' | 'abort' | 'dispose';

/** When an action happens: at once, in a later turn of the event loop, at the first line of stderr, or after so many ms. */
export type Moment = 'start' | 'turn' | 'line' | number;

const SIZES = [1, 3, 80, 4_096, 65_536, 70_001, 300_000];

const moment = weighted<Moment>(
  [2, only('start')],
  [1, only('turn')],
  [1, between(0, 20)],
  [1, only('line')],
);
const maybe = <T>(percent: number, of: fc.Arbitrary<T>) =>
  weighted<T | null>([percent, of], [100 - percent, only(null)]);
const slice = (fd: 1 | 2, bytes: fc.Arbitrary<number>) =>
  fc.record({ fd: only(fd), of: only(fd === 1 ? 'bytes' : 'lines'), from: only(0), bytes });
const pause = (ms: number) => `sleep ${(ms / 1_000).toFixed(3)}`;

const MIX = fc.record({
  steps: fc.array(
    weighted<Step>(
      [20, slice(1, fc.constantFrom(...SIZES))],
      [10, slice(2, fc.constantFrom(...SIZES.slice(0, 5)))],
      [10, slice(2, between(1, 200))],
      [17, between(0, 15).map(pause)],
      // Keeps stdout and stderr open after the child's exit, longer than any run.
      [3, only('sleep 5 &')],
    ),
    { minLength: 1, maxLength: 6 },
  ),
  exitCode: fc.constantFrom(0, 0, 0, 3, 255),
  reader: fc.record({
    kind: fc.constantFrom<Reader[]>(
      ...(['none', 'data', 'data', 'readable', 'iterate', 'pipeline', 'pause-for-ever'] as const),
    ),
    slow: weighted([20, only(true)], [80, only(false)]),
    when: weighted<Moment>([70, only('start')], [30, moment]),
  }),
  /** The bytes for stdin; `null`: nothing is written, and `wait()` closes stdin. */
  writer: maybe(
    40,
    fc.record({
      bytes: fc.constantFrom(0, 3, 70_000, 400_000),
      chunk: fc.constantFrom(1_000, 65_536),
      when: moment,
    }),
  ),
  goodbyes: fc.array(
    fc.record({
      call: fc.constantFrom<Goodbye[]>('wait', 'waitWithStderr', 'exited', 'waitBriefly'),
      when: moment,
    }),
    { minLength: 1, maxLength: 3 },
  ),
  interruption: maybe(
    35,
    fc.record({
      call: fc.constantFrom<Interruption[]>('kill', 'killHard', 'abort', 'dispose'),
      when: moment,
    }),
  ),
  /** A subscriber of `rsync-io:stderr:line` that comes, and perhaps goes. */
  subscriber: maybe(50, fc.record({ comes: moment, goes: maybe(50, moment) })),
  /** The caller's own line listener, if there is one; one that calls back calls `stderrSnapshot()` and `tryWait()`. */
  listener: fc.constantFrom('none', 'silent', 'calls-back'),
});

/**
 * The plan of one run. The same seed gives the same plan.
 *
 * @param channel whether the transport captures stderr; without, the child writes nothing there
 */
export function createPlan(seed: number, channel: boolean) {
  const { steps, exitCode, ...caller } = draw(MIX, seed);
  /** Whether the child copies its stdin to a file before it exits. */
  const readsStdin = caller.writer !== null;
  return { ...caller, seed, child: { steps: inOrder(steps, channel), readsStdin, exitCode } };
}

export type Plan = Readonly<ReturnType<typeof createPlan>>;

/** Each slice begins where the previous one of its stream ended. */
function inOrder(steps: readonly Step[], channel: boolean): Step[] {
  const written = { 1: 0, 2: 0 };
  const isWritten = (step: Step): step is Slice => typeof step !== 'string';
  return steps
    .filter((step) => channel || !isWritten(step) || step.fd === 1)
    .map((step) => {
      if (!isWritten(step)) return step;
      const from = written[step.fd];
      written[step.fd] += step.bytes;
      return { ...step, from };
    });
}
