import { STDERR_BUFFER_CAP } from '@rsync-io/aux-channel';
import type { FaultCase } from '../matrix/fault-case.js';
import type { ConnectionSeen, Observation } from '../matrix/observation.js';
import type { ProbeRun } from '../run/run-probe.js';
import { payloadOf } from '../run/stage.js';
import type { NodesOwn, Way } from './expectation.js';
import type { Verdict } from './verdict.js';

/** A run against what its case expects, and against what holds for every case. */
export function judge(faultCase: FaultCase, run: ProbeRun): Verdict {
  const { injection, expect } = faultCase;
  const strike = run.calls.find(({ injected }) => injected)?.text ?? '';
  const struck = injection === null || strike !== '';
  const { observation } = run;
  const nodesOwn = (symptom: NodesOwn['symptom']) =>
    expect.ways.find(
      (way): way is NodesOwn =>
        way.kind === 'node' && way.symptom === symptom && way.strike.test(strike),
    );

  if (run.hung) {
    const node = nodesOwn('hangs');
    if (node !== undefined) return { kind: 'node', why: node.why };
    return wrong(['it hung, and was killed at the deadline']);
  }
  if (observation === null) {
    const node = nodesOwn('ends');
    if (node !== undefined && ABORTED.has(run.killedBy)) return { kind: 'node', why: node.why };
    const said = run.shown
      .toString('latin1')
      .replace(/^(?:line|wire) \d*$/gm, '')
      .trim();
    return wrong([
      `the process ended with ${run.killedBy ?? `status ${run.code}`}: ${said.slice(-600)}`,
    ]);
  }
  if (!struck || !observation.arranged) return { kind: 'not struck' };

  const laws = brokenLaws(faultCase, observation);
  const leaks = unexplainedLeaks(faultCase, observation);
  const ways = observation.connections.map((seen, i) => wayOf(faultCase, run, strike, seen, i));
  const problems = [...laws, ...ways.flatMap(({ problems }) => problems)];
  const node = nodesOwn('leaks');
  if (problems.length === 0 && leaks.length > 0 && node !== undefined) {
    if (leaks.every((leak) => node.leaks?.test(leak))) return { kind: 'node', why: node.why };
  }
  problems.push(...leaks.map((leak) => `left behind: ${leak}`));
  if (problems.length > 0) return wrong(problems);
  return { kind: 'right', way: [...new Set(ways.map(({ way }) => way))].join(', ') };
}

/** How a process ends by abort(3), or by V8's own. */
const ABORTED: ReadonlySet<NodeJS.Signals | null> = new Set(['SIGABRT', 'SIGTRAP', 'SIGILL']);

const wrong = (problems: readonly string[]): Verdict => ({ kind: 'wrong', problems });

function brokenLaws({ expect }: FaultCase, observation: Observation): string[] {
  const { next, stray } = observation;
  return [
    ...((next === null) === expect.nextWorks ? [] : [`the next connection: ${next ?? 'works'}`]),
    ...stray.map(({ name, message }) => `an error that nobody could catch: ${name}: ${message}`),
  ];
}

function unexplainedLeaks({ expect }: FaultCase, { leaks }: Observation): readonly string[] {
  const explained = leaks.length <= expect.closesRefused && leaks.every(isOneDescriptorMore);
  return explained ? [] : leaks;
}

function isOneDescriptorMore(leak: string): boolean {
  const match = /^descriptor .*: (\d+) before, (\d+) after$/.exec(leak);
  return match !== null && Number(match[2]) === Number(match[1]) + 1;
}

/** The first way that holds, or what keeps the first one from holding. */
function wayOf(
  faultCase: FaultCase,
  run: ProbeRun,
  strike: string,
  seen: ConnectionSeen,
  index: number,
) {
  const tried = faultCase.expect.ways
    .filter((way) => way.kind !== 'node')
    .filter((way) => way.kind !== 'error' || way.strike === undefined || way.strike.test(strike))
    .map((way) => ({ way: way.kind, problems: against(way, faultCase, run, seen, index) }));
  const right = tried.find(({ problems }) => problems.length === 0);
  return right ?? (tried[0] as (typeof tried)[number]);
}

function against(
  way: Way,
  faultCase: FaultCase,
  run: ProbeRun,
  seen: ConnectionSeen,
  index: number,
): string[] {
  const { combination, expect, order } = faultCase;
  const problems: string[] = [];
  const demand = (holds: boolean, problem: string) => void (holds || problems.push(problem));
  const told = (error: ConnectionSeen['error']) =>
    `${error?.name} ${error?.code} ${error?.message}`;
  demand(seen.echoed.intact, 'stdout holds bytes that were not sent');

  if (way.kind === 'error') {
    const right = seen.error?.name === way.name && way.codes.includes(seen.error.code);
    demand(right, `not ${way.name} ${way.codes.join(' or ')}, but ${told(seen.error)}`);
    demand(seen.status === null, 'there is a status beside the error');
    return problems;
  }
  demand(seen.error === null, `an error: ${told(seen.error)}`);
  if (seen.error !== null) return problems;

  if (way.kind === 'wire error') {
    const { wireError } = seen;
    demand(way.codes.includes(wireError?.code ?? ''), `the wire's error is ${told(wireError)}`);
  } else {
    demand(seen.wireError === null, `the wire broke: ${told(seen.wireError)}`);
    if (expect.echo === 'all') {
      const all = seen.echoed.bytes === order.wireBytes;
      demand(all, `${seen.echoed.bytes} of ${order.wireBytes} bytes came back`);
    }
  }
  if (expect.status !== null) {
    const [is, shall] = [JSON.stringify(seen.status), JSON.stringify(expect.status)];
    demand(is === shall, `the status is ${is}, not ${shall}`);
  }

  const fallsBack = way.kind === 'fallback';
  const backend = fallsBack ? way.backend : combination.backend;
  demand(seen.backend === backend, `the backend is ${seen.backend}, not ${backend}`);
  const times = seen.fallbacks.length;
  demand(times === Number(fallsBack), `a fallback was told ${times} times`);

  const payload = payloadOf(order.payloadBytes, 'line');
  const captured = run.captured[index] as Buffer;
  const capturesNothing = expect.capture === 'nothing' || backend === 'inherit';
  if (capturesNothing) {
    demand(captured.length === 0, `${captured.length} bytes were captured of what is inherited`);
  } else if (way.kind === 'capture ends') {
    demand(way.ended.includes(seen.ended ?? ''), `the capture ended by ${seen.ended}`);
    demand(payload.indexOf(captured) >= 0, 'the capture holds bytes that were not written');
  } else {
    demand(expect.ended.includes(seen.ended ?? ''), `the capture ended by ${seen.ended}`);
    const right = captured.equals(payload.subarray(-STDERR_BUFFER_CAP));
    const count = `${seen.totalBytes} bytes of ${payload.length}`;
    demand(
      right && seen.totalBytes === payload.length,
      `the capture is not what was written: ${count}`,
    );
  }
  const mayBeCut = way.kind === 'capture ends' || way.kind === 'forwarding ends';
  if (expect.shown === 'payload' && !mayBeCut) {
    const problem = shownWrongly(withoutWarnings(run.shown), payload, order.connections);
    if (problem !== null) problems.push(problem);
  }
  return problems;
}

/** Node prints its warnings between whatever else is printed. */
const withoutWarnings = (shown: Buffer) =>
  Buffer.from(shown.toString('latin1').replace(/^\((?:node:\d+\)|Use `node).*\n/gm, ''), 'latin1');

/** Everything once, and of one connection in one piece. */
function shownWrongly(shown: Buffer, payload: Buffer, connections: number): string | null {
  if (connections === 1) {
    const at = shown.indexOf(payload);
    if (payload.length === 0) return null;
    if (at < 0) return `fd 2 does not hold what was written: ${shown.length} bytes are there`;
    return shown.indexOf(payload, at + 1) < 0 ? null : 'fd 2 holds what was written twice';
  }
  const count = shown.toString('latin1').match(/^line \d{7}$/gm)?.length ?? 0;
  const shall = (payload.toString('latin1').match(/\n/g)?.length ?? 0) * connections;
  return count === shall ? null : `fd 2 holds ${count} lines, not ${shall}`;
}
