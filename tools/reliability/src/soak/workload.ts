import fc from 'fast-check';
import type { Slice, Step } from '../common/child.ts';
import { between, draw, only, weighted } from '../common/draw.ts';

/** How a child of the workload ends. */
export type Ending =
  | { readonly kind: 'exit'; readonly code: number }
  /** By a signal that it sends to itself. */
  | { readonly kind: 'signal'; readonly signal: 'KILL' | 'TERM' | 'USR2' }
  /**
   * It would run on: the caller kills it or aborts, the I/O or connect watchdog ends it, or its drain thread is lost
   * (the asynchronous transport has none, and kills it).
   */
  | {
      readonly kind: 'killed' | 'aborted' | 'stalled' | 'unconnected' | 'lost';
      readonly afterMs: number;
    };

/** What one connection of the workload does. */
export interface Plan {
  readonly id: number;
  readonly backend: 'socketpair' | 'pipe';
  readonly stderr: Pick<Slice, 'of' | 'from' | 'bytes'>;
  /** Bytes sent through the child and back. */
  readonly wireBytes: number;
  /** How long a grandchild keeps fd 2 open before it writes a line; 0: no grandchild. Unit: milliseconds. */
  readonly grandchildMs: number;
  /** Whether the child closes fd 2 long before it ends. */
  readonly closesEarly: boolean;
  readonly ending: Ending;
  /** The target of forwarding. `file`: the number of a descriptor that is closed, and used again, after `wait()`. */
  readonly sink: 'function' | 'file' | 'slow' | 'hostile';
}

const runsOn = (kind: 'killed' | 'aborted' | 'stalled' | 'unconnected' | 'lost') =>
  fc.record({ kind: only(kind), afterMs: between(20, 120) });

/** Mostly short and quiet connections, as transfers are; some floods, and every kind of failure. */
const MIX = fc.record({
  backend: fc.constantFrom('socketpair', 'pipe'),
  stderr: fc.record({
    of: weighted<'bytes' | 'lines'>([95, only('lines')], [5, only('bytes')]),
    from: between(0, 40_000),
    bytes: weighted([27, only(0)], [70, between(1, 800)], [3, between(80_000, 1_000_000)]),
  }),
  wireBytes: weighted([50, only(0)], [47, between(1, 5_000)], [3, between(5_000, 1_000_000)]),
  grandchildMs: weighted([85, only(0)], [14, between(300, 700)], [1, only(3_000)]),
  closesEarly: weighted([95, only(false)], [5, only(true)]),
  sink: fc.constantFrom(
    ...(['function', 'function', 'file', 'file', 'file'] as const),
    'slow',
    'hostile',
  ),
  ending: weighted<Ending>(
    [60, only({ kind: 'exit', code: 0 })],
    [19, fc.record({ kind: only('exit'), code: between(1, 255) })],
    [10, fc.record({ kind: only('signal'), signal: fc.constantFrom('KILL', 'TERM', 'USR2') })],
    [4, runsOn('killed')],
    [2, runsOn('aborted')],
    [2, runsOn('stalled')],
    [2, runsOn('unconnected')],
    [1, runsOn('lost')],
  ),
}) as fc.Arbitrary<Omit<Plan, 'id'>>;

/** Plans that repeat for the same seed. */
export function* plans(seed: number): Generator<Plan> {
  for (let id = 1; ; id++) {
    const plan = draw(MIX, seed + id);
    const { ending, grandchildMs, wireBytes } = plan;
    yield {
      ...plan,
      id,
      // Later than the child's end; otherwise its line would belong to the capture.
      grandchildMs: 'afterMs' in ending ? 0 : grandchildMs,
      // The first byte on the wire would satisfy the connect watchdog.
      wireBytes: ending.kind === 'unconnected' ? 0 : wireBytes,
    };
  }
}

/** The watchdogs that a plan needs; all others are off. Unit: milliseconds. */
export function watchdogs({ ending }: Plan) {
  const after = (kind: Ending['kind']) =>
    'afterMs' in ending && ending.kind === kind ? ending.afterMs + 100 : null;
  return { ioTimeoutMs: after('stalled'), connectTimeoutMs: after('unconnected') };
}

/** What the grandchild writes. */
export const lateLine = ({ id }: Plan) => `late ${id}\n`;

export function stepsOf(plan: Plan): Step[] {
  const { id, stderr, wireBytes, grandchildMs, closesEarly, ending } = plan;
  const half = Math.floor(stderr.bytes / 2);
  const late = `(sleep ${grandchildMs / 1_000}; echo "late ${id}" >&2) </dev/null >/dev/null &`;
  return [
    { ...stderr, fd: 2, bytes: half },
    // In the middle, so that stderr and the wire are busy in turns.
    wireBytes > 0 ? `head -c ${wireBytes}` : ':',
    { ...stderr, fd: 2, from: stderr.from + half, bytes: stderr.bytes - half },
    grandchildMs > 0 ? late : ':',
    closesEarly ? 'exec 2>&-' : ':',
    ending.kind === 'exit' ? `exit ${ending.code}` : ':',
    ending.kind === 'signal' ? `kill -${ending.signal} $$` : ':',
    'exec sleep 20',
  ];
}
