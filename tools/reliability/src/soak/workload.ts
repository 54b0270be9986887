import type { Random } from '@rsync-io/kit/random';

/** How a child of the workload ends. */
export type Ending =
  | { readonly kind: 'exit'; readonly code: number }
  /** By a signal that it sends to itself. */
  | { readonly kind: 'signal'; readonly signal: 'KILL' | 'TERM' | 'USR2' }
  /** It would run on: the caller kills it or aborts, or the I/O or connect watchdog ends it. */
  | { readonly kind: 'killed' | 'aborted' | 'stalled' | 'unconnected'; readonly afterMs: number };

/** What one connection of the workload does. */
export interface Plan {
  readonly id: number;
  readonly backend: 'socketpair' | 'pipe';
  /** Numbered lines on stderr. */
  readonly lines: number;
  /** Whether an unterminated last line follows. */
  readonly prompt: boolean;
  /** Bytes sent through the child and back. */
  readonly wireBytes: number;
  /** How long a grandchild keeps fd 2 open before it writes a line; 0: no grandchild. Unit: milliseconds. */
  readonly grandchildMs: number;
  /** Whether the child closes fd 2 long before it ends. */
  readonly closesEarly: boolean;
  readonly ending: Ending;
  /** Whether its stderr is forwarded to a target that fails. */
  readonly hostileSink: boolean;
}

/** Mostly short and quiet connections, as transfers are; some floods, and every kind of failure. */
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
    // The first byte on the wire would satisfy the connect watchdog.
    wireBytes:
      ending.kind === 'unconnected' || chance(50) ? 0 : random(chance(5) ? 2_000_000 : 5_000),
    // Later than the child's end; otherwise its line would belong to the capture.
    grandchildMs: endsItself && chance(15) ? (chance(10) ? 3_000 : 300 + random(400)) : 0,
    closesEarly: chance(5),
    ending,
    hostileSink: chance(10),
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

/** The watchdogs that a plan needs; all others are off. Unit: milliseconds. */
export function watchdogs({ ending }: Plan) {
  const after = (kind: Ending['kind']) =>
    'afterMs' in ending && ending.kind === kind ? ending.afterMs + 100 : null;
  return { ioTimeoutMs: after('stalled'), connectTimeoutMs: after('unconnected') };
}

/** The child as a script for `sh -c`: it starts fast, and its output is known to the byte. */
export function childScript(plan: Plan): string {
  const { id, lines, prompt, wireBytes, grandchildMs, closesEarly, ending } = plan;
  const half = Math.floor(lines / 2);
  const late = `(sleep ${grandchildMs / 1_000}; echo "late ${id}" >&2) </dev/null >/dev/null &`;
  return [
    half > 0 ? numbered(id, 1, half) : '',
    // In the middle, so that stderr and the wire are busy in turns.
    wireBytes > 0 ? `head -c ${wireBytes}` : '',
    half < lines ? numbered(id, half + 1, lines) : '',
    prompt ? `printf 'prompt ${id}: ' >&2` : '',
    grandchildMs > 0 ? late : '',
    closesEarly ? 'exec 2>&-' : '',
    ending.kind === 'exit' ? `exit ${ending.code}` : '',
    ending.kind === 'signal' ? `kill -${ending.signal} $$` : '',
    'exec sleep 20',
  ]
    .filter((command) => command !== '')
    .join('\n');
}

/** `seq` costs a process, so it is used for many lines only. */
function numbered(id: number, from: number, to: number): string {
  if (to - from > 60) return `seq -f '${id} %09.0f' ${from} ${to} >&2`;
  return `i=${from}; while [ $i -le ${to} ]; do printf '${id} %09d\\n' $i; i=$((i+1)); done >&2`;
}

/** Everything the child writes to stderr unless it is ended early. */
export function expectedStderr({ id, lines, prompt }: Plan): Buffer {
  const text: string[] = [];
  for (let i = 1; i <= lines; i++) text.push(`${id} ${String(i).padStart(9, '0')}\n`);
  if (prompt) text.push(`prompt ${id}: `);
  return Buffer.from(text.join(''));
}

/** What the grandchild writes after the child's end. */
export const lateLine = ({ id }: Plan) => Buffer.from(`late ${id}\n`);

/** What is sent through the child and must return. */
export function wirePayload({ id, wireBytes }: Plan): Buffer {
  const payload = Buffer.allocUnsafe(wireBytes);
  for (let i = 0; i < wireBytes; i++) payload[i] = (id + i * 31 + (i >> 8)) & 0xff;
  return payload;
}
