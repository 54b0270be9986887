import { STDERR_BUFFER_CAP } from '@rsync-io/aux-channel';
import type { Ending, Observation } from '../matrix/observation.ts';
import type { Mask, Scenario } from '../matrix/scenario.ts';
import type { Variant } from '../variant/variant.ts';
import { splitFd2 } from './split-fd2.ts';

/** What is compared. */
export type Aspect =
  | 'the run'
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

type Rules = Pick<Scenario<never>, 'masks' | 'endIsRace' | 'clientIsRace' | 'shows'>;

/** Correct on a machine whose load leaves the drain thread without CPU time for three seconds. */
const SLOW_THREAD = 'RSYNC_IO_SLOW_THREAD';

/**
 * Compares a cell with the same transfer over plain ssh, and checks the rules that need no reference: nothing is
 * captured with the flag off, the captured bytes are the end of the forwarded ones, and so on.
 */
export function judge(
  scenario: Rules,
  variant: Variant,
  seen: Observation,
  reference: Observation,
): Difference[] {
  const { endIsRace = false, clientIsRace = false } = scenario;
  const differences: Difference[] = [];
  const equal = (aspect: Aspect, expected: string, got: string) => {
    if (expected !== got) differences.push({ aspect, ...excerpt(expected, got) });
  };
  const text = (bytes: Uint8Array) => masked(bytes, scenario);
  const exit = ({ client }: Observation) => allowedEnding(scenario, client);

  equal('what arrived', reference.arrived.join('\n'), seen.arrived.join('\n'));
  equal("the client's exit", exit(reference), exit(seen));
  if (!clientIsRace)
    equal("the client's stderr", text(reference.client.stderr), text(seen.client.stderr));
  const { ofChild, surfaced } = splitFd2(variant, seen);
  const [expected, got] = [text(reference.fd2), text(ofChild)];
  if (!endIsRace || !isPrefix(expected, got)) equal('fd 2', expected, got);
  if (variant.kind === 'ssh' || variant.kind === 'command') return differences;

  const { transport } = seen;
  if (transport === null) {
    // rsync's signal may end the variant before it has written its report.
    if (!endIsRace) equal('the report', 'a report', 'none');
    return differences;
  }
  const { status, captured, warnings } = transport;
  equal('backend', variant.backend, captured.backend);
  equal('process warnings', '', warnings.filter((one) => one !== SLOW_THREAD).join('\n'));
  // By design, nothing is captured and surfaced with the flag off.
  const own = variant.backend === 'inherit' ? Buffer.alloc(0) : ofChild;
  equal('captured stderr', latin1(own.subarray(-STDERR_BUFFER_CAP)), latin1(captured.bytes));
  equal(
    'captured stderr',
    counted(own.length, Math.max(0, own.length - STDERR_BUFFER_CAP), 0),
    counted(captured.totalBytes, captured.discardedBytes, captured.droppedWarnings),
  );
  if (variant.backend === 'inherit') equal('surfaced on error', '', latin1(surfaced));
  else if (!endIsRace) equal('surfaced on error', headline(status), surfacedText(surfaced));
  if (seen.client.signal === null && !endIsRace && reference.transport !== null) {
    const [first, now] = [reference.transport.status, status].map(describeEnding);
    equal("the remote shell's exit", first as string, now as string);
  }
  return differences;
}

/** Why plain ssh did not cause the scenario's failure; empty if it did. */
export function missing({ shows }: Rules, { client, fd2 }: Observation): string[] {
  const wrong: string[] = [];
  if (client.code === null || !shows.codes.includes(client.code)) {
    const how = client.signal ?? client.code;
    wrong.push(`the client exited with ${how}, not with ${shows.codes.join(' or ')}`);
  }
  const lacks = (what: string, pattern: RegExp | undefined, bytes: Buffer) => {
    if (pattern === undefined || pattern.test(latin1(bytes))) return;
    const text = JSON.stringify(latin1(bytes).slice(0, 300));
    wrong.push(`${what} does not match ${String(pattern)}: ${text}`);
  };
  lacks('fd 2', shows.fd2, fd2);
  lacks("the client's stderr", shows.client, client.stderr);
  return wrong;
}

/** rsync's last line contains its exit code, which may depend on a race. */
const CODE: Mask = {
  pattern: /^rsync error: .* \(code \d+\) at .*$/gm,
  by: 'rsync error: one of its codes',
};

/** The bytes as ISO 8859-1 text, with a scenario's volatile parts masked. */
function masked(bytes: Uint8Array, { masks = [], shows }: Rules): string {
  const all = shows.codes.length > 1 ? [CODE, ...masks] : masks;
  return all.reduce((text, { pattern, by }) => text.replace(pattern, by), latin1(bytes));
}

/** rsync's signal may have ended ssh in the middle of a message. */
const isPrefix = (a: string, b: string) => a.startsWith(b) || b.startsWith(a);
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const describeEnding = ({ code, signal }: Ending) => signal ?? `code ${code}`;
const counted = (total: number, discarded: number, dropped: number) =>
  `${total} bytes, ${discarded} of them discarded, ${dropped} lines dropped`;

function allowedEnding({ shows: { codes } }: Rules, ending: Ending): string {
  if (ending.code !== null && codes.includes(ending.code)) return `code ${codes.join(' or ')}`;
  return describeEnding(ending);
}

/** By contract, a transport surfaces a failure in one line. Its explanation has its own tests. */
function headline({ code, signal }: Ending): string {
  if (code === 0) return '';
  return `ssh process ${signal === null ? `exited with status ${code}` : `was killed by ${signal}`}:, one line`;
}

function surfacedText(surfaced: Uint8Array): string {
  if (surfaced.length === 0) return '';
  const [first = '', ...lines] = latin1(surfaced).replace(/^\n/, '').split('\n');
  const rest = lines.filter((line) => line !== '').join('\n');
  const more = rest === '' ? 'one line' : `and ${JSON.stringify(rest)}`;
  return `${first.slice(0, first.indexOf(':') + 1)}, ${more}`;
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
