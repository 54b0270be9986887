import { STDERR_BUFFER_CAP } from '@rsync-io/ssh';
import type { Material } from './material.ts';
import type { Observation } from './observation.ts';
import { type Plan, totalOf } from './plan.ts';

/**
 * Compares what the caller saw with what the child wrote. Returns one sentence for each violation.
 *
 * @param channel whether the transport captures stderr (flag on)
 */
export function judge(
  plan: Plan,
  seen: Observation,
  material: Material,
  channel: boolean,
): string[] {
  return [
    ...judgeStdout(plan, seen),
    ...judgeStatus(plan, seen),
    ...judgeStdin(plan, seen),
    ...(channel ? judgeStderr(plan, seen, material) : []),
    ...seen.stuck.map((what) => `${what} did not settle`),
    ...seen.strayErrors.map((error) => `nobody could catch: ${String(error)}`),
  ];
}

function* judgeStdout(plan: Plan, { stdout, goodbyes, endedByUs }: Observation) {
  const expected = totalOf(plan, 'stdout');
  if (!stdout.intact) yield 'stdout: a byte is not what the child wrote at its position';
  if (stdout.end === 'clean' && stdout.total !== expected) {
    yield `stdout: a clean end after ${stdout.total} of ${expected} bytes`;
  }
  for (const { call, status, hadReader, delivered } of goodbyes) {
    if (call === 'exited' || status === null || endedByUs) continue;
    if (hadReader && !delivered)
      yield `stdout: ${call}() resolved before its reader had everything`;
  }
}

function* judgeStatus(plan: Plan, { goodbyes, status, endedByUs, cutOff }: Observation) {
  if (status === null) return void (yield 'status: unknown after disposal');
  if (endedByUs) return;
  const { exitCode } = plan.child;
  if (status.code !== exitCode || status.signal !== null) {
    yield `status: ${status.code ?? status.signal} instead of ${exitCode}`;
  }
  for (const { call, error } of goodbyes) {
    if (error !== null && !cutOff) yield `status: ${call}() rejected: ${String(error)}`;
  }
}

/** Bytes that the caller wrote without an error reached a child that ended by itself. */
function* judgeStdin(plan: Plan, { stdin, stdinRead, endedByUs }: Observation) {
  if (stdin === null || endedByUs || stdin.failed || !stdin.finished) return;
  const read = stdinRead?.length ?? 0;
  if (read !== stdin.written) yield `stdin: the child read ${read} of ${stdin.written} bytes`;
}

function* judgeStderr(plan: Plan, seen: Observation, material: Material) {
  const written = material.stderr.subarray(0, totalOf(plan, 'stderr'));
  const { snapshot, endedByUs } = seen;
  if (snapshot !== null) {
    const received = written.subarray(0, snapshot.totalBytes);
    if (!endedByUs && received.length !== written.length) {
      yield `stderr: ${snapshot.totalBytes} of ${written.length} bytes`;
    }
    if (snapshot.totalBytes > written.length) yield 'stderr: more bytes than the child wrote';
    else if (!received.subarray(-STDERR_BUFFER_CAP).equals(snapshot.bytes)) {
      yield 'stderr: the capture is not what the child wrote';
    }
  }
  yield* judgeLines('lines', seen.lines, material);
  yield* judgeLines('published', seen.published, material);
  if (!endedByUs && seen.lines.length + (snapshot?.droppedWarnings ?? 0) !== countLines(written)) {
    yield `lines: ${seen.lines.length} of ${countLines(written)} were delivered or counted`;
  }
}

function* judgeLines(name: string, lines: Observation['lines'], material: Material) {
  let previous = -1;
  for (const { text, complete } of lines) {
    if (!complete) continue;
    const number = material.lines.get(text);
    if (number === undefined) return void (yield `${name}: '${text}' was never written`);
    if (number <= previous) return void (yield `${name}: '${text}' is out of order`);
    previous = number;
  }
}

function countLines(bytes: Buffer): number {
  let count = bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0;
  for (const byte of bytes) if (byte === 10) count += 1;
  return count;
}
