import { STDERR_BUFFER_CAP } from '@rsync-io/aux-channel';
import type { Variant } from '../variant/variant.ts';
import type { Ending, Observation } from '../matrix/observation.ts';
import type { Scenario } from '../matrix/scenario.ts';
import { masked } from './mask.ts';
import { splitFd2 } from './split-fd2.ts';

/** What is compared. */
export type Aspect =
  | 'what arrived'
  | "the client's exit"
  | "the client's stderr"
  | 'fd 2'
  | 'captured stderr'
  | 'surfaced on error'
  | "the remote shell's exit"
  | 'backend'
  | 'process warnings'
  | 'the report';

/** Two values that should be equal. */
export interface Difference {
  readonly aspect: Aspect;
  readonly expected: string;
  readonly got: string;
}

/**
 * Compares a cell with the same transfer over plain ssh, and checks the rules that need no reference: nothing is
 * captured with the flag off, the captured bytes are the end of the forwarded ones, and so on.
 */
export function judge(
  scenario: Pick<Scenario<never>, 'masks' | 'endIsRace' | 'clientIsRace' | 'shows'>,
  variant: Variant,
  seen: Observation,
  reference: Observation,
): Difference[] {
  const differences: Difference[] = [];
  const equal = (aspect: Aspect, expected: string, got: string) => {
    if (expected !== got) differences.push({ aspect, ...excerpt(expected, got) });
  };
  const text = (bytes: Uint8Array) => masked(bytes, scenario);

  equal('what arrived', reference.arrived.join('\n'), seen.arrived.join('\n'));
  equal(
    "the client's exit",
    allowedEnding(scenario, reference.client),
    allowedEnding(scenario, seen.client),
  );
  if (!scenario.clientIsRace)
    equal("the client's stderr", text(reference.client.stderr), text(seen.client.stderr));

  const { ofChild, surfaced } = splitFd2(variant, seen);
  const [expected, got] = [text(reference.fd2), text(ofChild)];
  if (!scenario.endIsRace || !isPrefix(expected, got)) equal('fd 2', expected, got);
  if (variant.kind === 'ssh' || variant.kind === 'command') return differences;

  const { transport } = seen;
  if (transport === null) {
    // rsync's signal may end the variant before it has written its report.
    if (!scenario.endIsRace) equal('the report', 'a report', 'none');
    return differences;
  }
  const { status, captured, warnings } = transport;
  equal('backend', variant.backend, captured.backend);
  equal('process warnings', '', warnings.filter((one) => one !== SLOW_THREAD).join('\n'));
  if (variant.backend === 'inherit') {
    equal('captured stderr', 'nothing, as the flag is off', describeCount(captured.bytes.length));
    equal('surfaced on error', '', latin1(surfaced));
  } else {
    equal('captured stderr', latin1(ofChild.subarray(-STDERR_BUFFER_CAP)), latin1(captured.bytes));
    const counted = (total: number, kept: number, dropped: number) =>
      `${total} bytes, ${total - kept} of them discarded, ${dropped} lines dropped`;
    const kept = Math.min(ofChild.length, STDERR_BUFFER_CAP);
    equal(
      'captured stderr',
      counted(ofChild.length, kept, 0),
      counted(
        captured.totalBytes,
        captured.totalBytes - captured.discardedBytes,
        captured.droppedWarnings,
      ),
    );
    if (!scenario.endIsRace) equal('surfaced on error', headline(status), surfacedText(surfaced));
  }
  if (seen.client.signal === null && !scenario.endIsRace && reference.transport !== null) {
    equal(
      "the remote shell's exit",
      describeEnding(reference.transport.status),
      describeEnding(status),
    );
  }
  return differences;
}

/** Correct on a machine whose load leaves the drain thread without CPU time for three seconds. */
const SLOW_THREAD = 'RSYNC_IO_SLOW_THREAD';

/** rsync's signal may have ended ssh in the middle of a message. */
const isPrefix = (a: string, b: string) => a.startsWith(b) || b.startsWith(a);

/** Some exit codes of rsync depend on a race. */
function allowedEnding({ shows }: Pick<Scenario<never>, 'shows'>, ending: Ending): string {
  const { codes } = shows;
  if (ending.code !== null && codes.includes(ending.code)) return `code ${codes.join(' or ')}`;
  return describeEnding(ending);
}

const describeEnding = ({ code, signal }: Ending) => signal ?? `code ${code}`;
const describeCount = (count: number) =>
  count === 0 ? 'nothing, as the flag is off' : `${count} bytes`;
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/** By contract, a transport surfaces a failure in one line. Its explanation has its own tests. */
function headline({ code, signal }: Ending): string {
  if (code === 0) return '';
  return `ssh process ${signal === null ? `exited with status ${code}` : `was killed by ${signal}`}:, one line`;
}

function surfacedText(surfaced: Uint8Array): string {
  const text = latin1(surfaced);
  if (text === '') return '';
  const lines = text.replace(/^\n/, '').split('\n');
  const [first = ''] = lines;
  const colon = first.indexOf(':');
  const rest = lines.slice(1).filter((line) => line !== '');
  return `${first.slice(0, colon + 1)}, ${rest.length === 0 ? 'one line' : `and ${JSON.stringify(rest.join('\n'))}`}`;
}

const EXCERPT = 160;

/** Both texts around the first difference. */
function excerpt(expected: string, got: string): Pick<Difference, 'expected' | 'got'> {
  let at = 0;
  while (at < expected.length && expected[at] === got[at]) at += 1;
  const from = Math.max(0, at - 40);
  const cut = (text: string) =>
    `${from > 0 ? `… (${from} before) ` : ''}${text.slice(from, from + EXCERPT)}${
      text.length > from + EXCERPT ? ` … (${text.length} in all)` : ''
    }`;
  return { expected: cut(expected), got: cut(got) };
}
