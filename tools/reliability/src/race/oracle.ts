import { RsyncIoError, TransportStateError } from '@rsync-io/ssh';
import { captureProblems } from '../common/arrivals.ts';
import { writtenTo } from '../common/child.ts';
import type { Material } from '../common/material.ts';
import type { LineSeen, Observation } from './observation.ts';
import type { Plan } from './plan.ts';

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
    ...judgeStdout(seen),
    ...judgeStatus(plan, seen),
    ...judgeStdin(plan, seen),
    ...(channel ? judgeStderr(plan, seen, material) : []),
    ...seen.stuck.map((what) => `${what} did not settle`),
    ...seen.strayErrors.map((error) => `nobody could catch: ${String(error)}`),
  ];
}

function* judgeStdout({ arrivals, stdout, goodbyes, endedByUs, cutOff }: Observation) {
  const { end, isLate } = stdout;
  // A reader that is attached after wait() may get the error that bytes were discarded.
  const wasDiscarded = end instanceof RsyncIoError && end.code === 'ERR_OUTPUT_DISCARDED';
  if (end instanceof Error && !cutOff && !(isLate && wasDiscarded)) {
    yield `stdout: its reader got an error: ${end.message}`;
  }
  yield* arrivals.problems('stdout', end === 'clean' ? arrivals.written.length : 0);
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
    const wasLate = error instanceof TransportStateError && stdin.isLate;
    if (error !== null && !cutOff && !wasLate) yield `status: ${call}() rejected: ${String(error)}`;
  }
}

/** A child that ended by itself has read everything, unless the caller began to write too late. */
function* judgeStdin({ writer }: Plan, { stdin, stdinRead, endedByUs }: Observation) {
  if (writer === null || stdin.isLate || endedByUs) return;
  if (!stdin.finished) yield `stdin: refused after ${stdin.written} bytes`;
  const read = stdinRead?.length ?? 0;
  if (read !== stdin.written) yield `stdin: the child read ${read} of ${stdin.written} bytes`;
}

function* judgeStderr({ child }: Plan, seen: Observation, material: Material) {
  const written = writtenTo(2, child.steps, material);
  const { snapshot, endedByUs, lines, published } = seen;
  if (snapshot !== null) yield* captureProblems(written, snapshot, endedByUs ? 0 : undefined);
  yield* judgeLines('lines', lines, material);
  yield* judgeLines('published', published, material);
}

function* judgeLines(name: string, lines: readonly LineSeen[], material: Material) {
  let previous = -1;
  for (const { text, complete } of lines) {
    if (!complete) continue;
    const number = material.numbers.get(text);
    if (number === undefined) return void (yield `${name}: '${text}' was never written`);
    if (number <= previous) return void (yield `${name}: '${text}' is out of order`);
    previous = number;
  }
}
