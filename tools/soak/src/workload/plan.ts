import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** How a child of the workload ends. */
export type Ending =
  | { readonly kind: 'exit'; readonly code: number }
  /** By a signal of its own. */
  | { readonly kind: 'signal'; readonly signal: 'KILL' | 'TERM' | 'USR2' }
  /** It would go on; its owner kills it, aborts, or lets the I/O or the connect watchdog do it. */
  | {
      readonly kind: 'killed' | 'aborted' | 'stalled' | 'unconnected';
      readonly afterMs: number;
    };

/** What one connection of the workload does. */
export interface Plan {
  readonly id: number;
  readonly backend: 'socketpair' | 'pipe';
  /** Numbered lines on stderr. */
  readonly lines: number;
  /** A last line without an end. */
  readonly prompt: boolean;
  /** Bytes sent through the child and back. */
  readonly wireBytes: number;
  /** A grandchild holds fd 2 for so long, and then writes to it; 0: none. Unit: milliseconds. */
  readonly grandchildMs: number;
  /** The child closes fd 2 long before its end. */
  readonly closesEarly: boolean;
  readonly ending: Ending;
}

/** The watchdogs that a plan needs; off otherwise. Unit: milliseconds. */
export function watchdogs({ ending }: Plan) {
  const after = (kind: Ending['kind']) =>
    'afterMs' in ending && ending.kind === kind ? ending.afterMs + 100 : null;
  return { ioTimeoutMs: after('stalled'), connectTimeoutMs: after('unconnected') };
}

/** A number from 0 up to, but not including, `below`. */
export type Random = (below: number) => number;

/** The same numbers for the same seed, everywhere. */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return (below) => uniformInt(generator, 0, below - 1);
}

/** Mostly short and quiet ones, as transfers are; some floods, and all that goes wrong. */
export function randomPlan(id: number, random: Random): Plan {
  const chance = (percent: number) => random(100) < percent;
  const flood = chance(3);
  const ending = randomEnding(random);
  const endsItself = ending.kind === 'exit' || ending.kind === 'signal';
  return {
    id,
    backend: chance(50) ? 'socketpair' : 'pipe',
    lines: flood ? 5_000 + random(60_000) : random(40),
    prompt: chance(20),
    // The first byte by the wire would be the connection.
    wireBytes:
      ending.kind === 'unconnected' || chance(50) ? 0 : random(chance(5) ? 2_000_000 : 5_000),
    // Later than the child's end, or what it says would be a part of the capture.
    grandchildMs: endsItself && chance(15) ? (chance(10) ? 3_000 : 300 + random(400)) : 0,
    closesEarly: chance(5),
    ending,
  };
}

function randomEnding(random: Random): Ending {
  const dice = random(100);
  if (dice < 60) return { kind: 'exit', code: 0 };
  if (dice < 80) return { kind: 'exit', code: 1 + random(255) };
  if (dice < 90) {
    return { kind: 'signal', signal: (['KILL', 'TERM', 'USR2'] as const)[random(3)] ?? 'KILL' };
  }
  const afterMs = 20 + random(100);
  if (dice < 94) return { kind: 'killed', afterMs };
  if (dice < 96) return { kind: 'aborted', afterMs };
  return { kind: dice < 98 ? 'stalled' : 'unconnected', afterMs };
}
