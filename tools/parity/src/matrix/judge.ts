import { STDERR_BUFFER_CAP, type StderrSnapshot } from '@rsync-io/aux-channel';
import { type Difference, difference, failure } from '../difference.ts';
import { isTransport, type Variant } from '../variant/variant.ts';
import type { Environment, Observation, TransportReport } from './environment.ts';
import type { Scenario } from './scenario.ts';

type Rules = Pick<Scenario, 'masks' | 'endIsRace' | 'clientIsRace' | 'shows'>;

/** Compares a transfer with the same one over plain ssh, which is only checked itself. */
export const judgeTransfer: Environment['judge'] = (
  scenario,
  variant,
  seen,
  [plain, ...others],
) => {
  if (!plain?.observation) return missing(scenario, seen).map((text) => failure(text));
  // The exit of plain ssh is not observable; the first transport's report is used instead.
  const first = others.find(({ observation }) => observation?.transport)?.observation;
  const reference = { ...plain.observation, transport: first?.transport ?? null };
  return judge(scenario, variant, seen, reference);
};

/**
 * Compares with a reference, and checks the rules that need no reference: nothing is captured with the flag off, the
 * captured bytes are the end of the forwarded ones, and so on.
 */
export function judge(rules: Rules, variant: Variant, seen: Observation, plain: Observation) {
  const { endIsRace = false, clientIsRace = false } = rules;
  const differences: Difference[] = [];
  const equal = (aspect: string, expected: string, got: string) => {
    if (expected !== got) differences.push(difference(aspect, expected, got));
  };
  const text = (bytes: Uint8Array) => masked(bytes, rules);

  equal('what arrived', plain.arrived.join('\n'), seen.arrived.join('\n'));
  const { codes } = rules.shows;
  equal("the client's exit", describe(plain.client, codes), describe(seen.client, codes));
  if (!clientIsRace)
    equal("the client's stderr", text(plain.client.stderr), text(seen.client.stderr));
  const { ofChild, surfaced } = splitFd2(variant, seen);
  const [expected, got] = [text(plain.fd2), text(ofChild)];
  if (!endIsRace || !isPrefix(expected, got)) equal('fd 2', expected, got);
  if (!isTransport(variant)) return differences;

  const { transport } = seen;
  if (transport === null) {
    // rsync's signal may end the variant before it has written its report.
    if (!endIsRace) equal('the report', 'a report', 'none');
    return differences;
  }
  const { status, captured, warnings } = transport;
  equal('backend', variant.backend, captured.backend);
  // Correct on a machine whose load leaves the drain thread without CPU time for three seconds.
  const unexpected = warnings.filter((one) => one !== 'RSYNC_IO_SLOW_THREAD');
  equal('process warnings', '', unexpected.join('\n'));
  // By design, nothing is captured and surfaced with the flag off.
  const isCaptured = variant.backend !== 'inherit';
  const own = isCaptured ? ofChild : Buffer.alloc(0);
  equal('captured stderr', latin1(own.subarray(-STDERR_BUFFER_CAP)), latin1(captured.bytes));
  const discardedBytes = Math.max(0, own.length - STDERR_BUFFER_CAP);
  const wanted = { totalBytes: own.length, discardedBytes, droppedWarnings: 0 };
  equal('captured stderr', counters(wanted), counters(captured));
  if (!isCaptured) equal('surfaced on error', '', latin1(surfaced));
  else if (!endIsRace && !headline(status).test(latin1(surfaced)))
    equal('surfaced on error', String(headline(status)), latin1(surfaced));
  if (seen.client.signal === null && !endIsRace && plain.transport !== null) {
    const expectedEnd = describe(plain.transport.status);
    equal("the remote shell's exit", expectedEnd, describe(status));
  }
  return differences;
}

/** Why plain ssh did not cause the scenario's failure; empty if it did. */
function missing({ shows }: Rules, { client, fd2 }: Observation): string[] {
  const wrong: string[] = [];
  if (client.code === null || !shows.codes.includes(client.code)) {
    const how = client.signal ?? client.code;
    wrong.push(`the client exited with ${how}, not with ${shows.codes.join(' or ')}`);
  }
  const check = (what: string, pattern: string | undefined, bytes: Buffer) => {
    if (pattern === undefined || new RegExp(pattern).test(latin1(bytes))) return;
    wrong.push(
      `${what} does not match /${pattern}/: ${JSON.stringify(latin1(bytes).slice(0, 300))}`,
    );
  };
  check('fd 2', shows.fd2, fd2);
  check("the client's stderr", shows.client, client.stderr);
  return wrong;
}

/**
 * Splits fd 2 into what ssh and the remote side wrote, and the surfaced failure. A transport reports how many bytes
 * were the child's; `rsync-io-ssh` surfaces at most one line, which begins with its name.
 */
export function splitFd2(variant: Variant, { fd2, transport }: Observation) {
  let at = fd2.length;
  if (variant.kind === 'command') {
    const own = fd2.lastIndexOf('rsync-io-ssh: ');
    if (own !== -1) at = own;
  } else if (transport !== null && transport.captured.backend !== 'inherit') {
    at = Math.min(at, transport.captured.totalBytes);
  }
  return { ofChild: fd2.subarray(0, at), surfaced: fd2.subarray(at) };
}

/** rsync's last line contains its exit code, which may depend on a race. */
const CODE = {
  pattern: String.raw`^rsync error: .* \(code \d+\) at .*$`,
  by: 'rsync error: one of its codes',
};

/** The bytes as ISO 8859-1 text, with a scenario's volatile parts masked. */
function masked(bytes: Uint8Array, { masks = [], shows }: Rules): string {
  const all = shows.codes.length > 1 ? [CODE, ...masks] : masks;
  const replace = (text: string, { pattern, by }: (typeof all)[number]) =>
    text.replace(new RegExp(pattern, 'gm'), by);
  return all.reduce(replace, latin1(bytes));
}

type Ending = TransportReport['status'];

/** rsync's signal may have ended ssh in the middle of a message. */
const isPrefix = (a: string, b: string) => a.startsWith(b) || b.startsWith(a);
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
/** Exit codes that depend on a race are the same. */
const describe = ({ code, signal }: Ending, same: readonly number[] = []) =>
  code !== null && same.includes(code) ? `code ${same.join(' or ')}` : (signal ?? `code ${code}`);
const counters = (captured: Omit<StderrSnapshot, 'bytes' | 'backend' | 'ended'>) =>
  `${captured.totalBytes} bytes, ${captured.discardedBytes} discarded, ${captured.droppedWarnings} lines dropped`;

/** By contract, a transport surfaces a failure in one line. Its explanation has its own tests. */
function headline({ code, signal }: Ending): RegExp {
  if (code === 0) return /^$/;
  const how = signal === null ? `exited with status ${code}` : `was killed by ${signal}`;
  return new RegExp(`^\\n?ssh process ${how}:[^\\n]*\\n*$`);
}
