import fc from 'fast-check';
import type { Slice, Step } from '../common/child.ts';
import { between, draw, only, weighted } from '../common/draw.ts';

/** How a child ends. */
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

/** The plan of one connection. */
export interface Plan {
  readonly id: number;
  readonly backend: 'socketpair' | 'pipe' | 'inherit';
  readonly stderr: Pick<Slice, 'of' | 'from' | 'bytes'>;
  /** Bytes sent through the child and back; with `closesStdin`, the child reads to the end of its stdin. */
  readonly echoBytes: number;
  readonly closesStdin: boolean;
  /** Bytes that the child writes to stdout by itself. */
  readonly stdoutBytes: number;
  /** How long a grandchild keeps fd 2 open before it writes a line; 0: no grandchild. Unit: milliseconds. */
  readonly grandchildMs: number;
  /** Whether the child closes fd 2 long before it ends. */
  readonly closesEarly: boolean;
  readonly ending: Ending;
  /** The target of forwarding. `file`: the number of a descriptor that is closed, and used again, after `wait()`. */
  readonly sink: 'none' | 'function' | 'file' | 'slow' | 'hostile';
}

type Mix = fc.Arbitrary<Omit<Plan, 'id'>>;

const runsOn = (kind: 'killed' | 'aborted' | 'stalled' | 'unconnected' | 'lost') =>
  fc.record({ kind: only(kind), afterMs: between(20, 120) });

/** Mostly short and quiet connections, as transfers are; some floods, and every kind of failure. */
const soak: Mix = fc.record({
  backend: fc.constantFrom('socketpair', 'pipe'),
  stderr: fc.record({
    of: weighted<'bytes' | 'lines'>([95, only('lines')], [5, only('bytes')]),
    from: between(0, 40_000),
    bytes: weighted([27, only(0)], [70, between(1, 800)], [3, between(80_000, 1_000_000)]),
  }),
  echoBytes: weighted([50, only(0)], [47, between(1, 5_000)], [3, between(5_000, 1_000_000)]),
  closesStdin: only(false),
  stdoutBytes: only(0),
  grandchildMs: weighted([85, only(0)], [14, between(300, 700)], [1, only(3_000)]),
  closesEarly: weighted([95, only(false)], [5, only(true)]),
  sink: weighted<Plan['sink']>(
    [2, only('function')],
    [3, only('file')],
    [1, only('slow')],
    [1, only('hostile')],
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
});

const SIZES = [3, 3, 80, 4_096, 65_536, 300_000, 1_000_000];

const load = (echoBytes: readonly number[], stdoutBytes: readonly number[]): Mix =>
  fc.record({
    backend: only('socketpair'),
    stderr: fc.record({
      of: only('lines'),
      from: only(0),
      bytes: fc.constantFrom(0, 40, 5_000, 100_000),
    }),
    echoBytes: fc.constantFrom(...echoBytes),
    closesStdin: only(true),
    stdoutBytes: fc.constantFrom(...stdoutBytes),
    grandchildMs: only(0),
    closesEarly: only(false),
    sink: only('none'),
    ending: fc.record({ kind: only('exit'), code: fc.constantFrom(0, 0, 0, 23) }),
  });

/** `load`: pushes and pulls. */
const MIXES = { soak, load: fc.oneof(load(SIZES, [0, 3]), load([0], SIZES)) };
export type MixName = keyof typeof MIXES;

/** Plans that repeat for the same seed. */
export function* plans(mix: MixName, seed: number): Generator<Plan> {
  for (let id = 1; ; id++) {
    const plan = draw(MIXES[mix], seed + id);
    const { ending, grandchildMs, echoBytes } = plan;
    yield {
      ...plan,
      id,
      // Later than the child's end; otherwise its line would belong to the capture.
      grandchildMs: 'afterMs' in ending ? 0 : grandchildMs,
      // The first byte on the wire would satisfy the connect watchdog.
      echoBytes: ending.kind === 'unconnected' ? 0 : echoBytes,
    };
  }
}

/** The watchdogs that a plan needs; all others are off. Unit: milliseconds. */
export function watchdogs({ ending }: Plan) {
  const after = (kind: Ending['kind']) =>
    'afterMs' in ending && ending.kind === kind ? ending.afterMs + 100 : null;
  return { ioTimeoutMs: after('stalled'), connectTimeoutMs: after('unconnected') };
}

/** The output of the grandchild. */
export const lateLine = ({ id }: Plan) => `late ${id}\n`;

export function stepsOf(plan: Plan): Step[] {
  const { id, stderr, echoBytes, closesStdin, stdoutBytes, grandchildMs, ending } = plan;
  const half = Math.floor(stderr.bytes / 2);
  const late = `(sleep ${grandchildMs / 1_000}; echo "late ${id}" >&2) </dev/null >/dev/null &`;
  const echo = echoBytes > 0 ? `head -c ${echoBytes} 2>/dev/null` : ':';
  return [
    { ...stderr, fd: 2, bytes: half },
    // In the middle, so that stderr and the wire are busy in turns.
    closesStdin ? 'cat 2>/dev/null' : echo,
    { ...stderr, fd: 2, from: stderr.from + half, bytes: stderr.bytes - half },
    { of: 'bytes', fd: 1, from: 0, bytes: stdoutBytes },
    grandchildMs > 0 ? late : ':',
    plan.closesEarly ? 'exec 2>&-' : ':',
    ending.kind === 'exit' ? `exit ${ending.code}` : ':',
    ending.kind === 'signal' ? `kill -${ending.signal} $$` : ':',
    'exec sleep 20',
  ];
}
