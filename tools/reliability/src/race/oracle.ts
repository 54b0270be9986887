import { RsyncIoError, STDERR_BUFFER_CAP, TransportStateError } from '@rsync-io/ssh';
import type { Material } from './material.ts';
import type { LineSeen, Observation } from './observation.ts';
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
    ...judgeStdin(seen),
    ...(channel ? judgeStderr(plan, seen, material) : []),
    ...seen.stuck.map((what) => `${what} did not settle`),
    ...seen.strayErrors.map((error) => `nobody could catch: ${String(error)}`),
  ];
}

function* judgeStdout(plan: Plan, { stdout, goodbyes, endedByUs, cutOff }: Observation) {
  const expected = totalOf(plan, 'stdout');
  // A reader that comes after wait() may find that bytes were discarded, and is told.
  const wasDiscarded =
    stdout.end instanceof RsyncIoError && stdout.end.code === 'ERR_OUTPUT_DISCARDED';
  if (stdout.end instanceof Error && !cutOff && !(stdout.isLate && wasDiscarded)) {
    yield `stdout: its reader got an error: ${stdout.end.message}`;
  }
  if (!stdout.intact) yield 'stdout: a byte is not what the child wrote at its position';
  if (stdout.end === 'clean' && stdout.total !== expected) {
    yield `stdout: a clean end after ${stdout.total} of ${expected} bytes`;
  }
  for (const { call, status, hadReader, delivered } of goodbyes) {
    if (call === 'exited' || status === null || endedByUs) continue;
    if (hadReader && !delivered && !wasDiscarded)
      yield `stdout: ${call}() resolved before its reader had everything`;
  }
}

function* judgeStatus(plan: Plan, { goodbyes, status, stdin, endedByUs, cutOff }: Observation) {
  if (status === null) return void (yield 'status: unknown after disposal');
  if (endedByUs) return;
  const { exitCode } = plan.child;
  if (status.code !== exitCode || status.signal !== null) {
    yield `status: ${status.code ?? status.signal} instead of ${exitCode}`;
  }
  for (const { call, error } of goodbyes) {
    const wasLate = error instanceof TransportStateError && stdin?.isLate === true;
    if (error !== null && !cutOff && !wasLate) yield `status: ${call}() rejected: ${String(error)}`;
  }
}

/** A child that ended by itself has read everything, unless the caller began to write too late. */
function* judgeStdin({ stdin, stdinRead, endedByUs }: Observation) {
  if (stdin === null || stdin.isLate || endedByUs) return;
  if (!stdin.finished) yield `stdin: refused after ${stdin.written} bytes`;
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
}

function* judgeLines(name: string, lines: readonly LineSeen[], material: Material) {
  let previous = -1;
  for (const { text, complete } of lines) {
    if (!complete) continue;
    const number = material.lines.get(text);
    if (number === undefined) return void (yield `${name}: '${text}' was never written`);
    if (number <= previous) return void (yield `${name}: '${text}' is out of order`);
    previous = number;
  }
}
