import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { platformBackends, type StderrLine, type StderrLineMessage } from '@rsync-io/ssh';
import type { AsyncSshTransport } from '@rsync-io/transport-async';
import { Arrivals } from '../common/arrivals.ts';
import { childCommand, writtenTo } from '../common/child.ts';
import type { Material } from '../common/material.ts';
import { type GoodbyeSeen, Observation } from './observation.ts';
import type { Goodbye, Moment, Plan } from './plan.ts';
import { attachReader, writeAndEnd } from './streams.ts';

/** Far longer than any call may take, also on a starved machine. Unit: milliseconds. */
const STUCK_MS = 60_000;
/** A child that has not ended by then is disposed of, which the oracle takes into account. Unit: milliseconds. */
const PATIENCE_MS = 250;
/** After the child's exit, this long is left to callers that come late. Unit: milliseconds. */
const LATE_MS = 25;

/** The class of one variant: with the channel, or without it. */
export type Transport = Pick<typeof AsyncSshTransport, 'spawn'>;

/** Carries out one plan against the asynchronous transport. */
export async function runPlan(
  plan: Plan,
  Transport: Transport,
  material: Material,
): Promise<Observation> {
  const stdinFile = path.join(material.folder, `stdin-${plan.seed}`);
  const { steps, readsStdin, exitCode } = plan.child;
  const seen = new Observation(new Arrivals(writtenTo(1, steps, material)));
  let reachFirstLine = () => {};
  const firstLine = new Promise<void>((resolve) => (reachFirstLine = resolve));
  const controller = new AbortController();
  const listen = ({ text, complete }: StderrLine) => {
    seen.lines.push({ text, complete });
    reachFirstLine();
    if (plan.listener === 'calls-back') void [transport.stderrSnapshot(), transport.tryWait()];
  };
  const end = [...(readsStdin ? ['cat > "$3"'] : []), `exit ${exitCode}`];
  const transport = await Transport.spawn(childCommand([...steps, ...end], material, stdinFile), {
    backends: platformBackends(),
    forward: false,
    surface: 'never',
    signal: controller.signal,
    ...(plan.listener !== 'none' && { warnings: listen }),
  });
  void transport.exited.then(reachFirstLine);
  if (plan.listener === 'none') {
    // Without a listener, the first bytes of stderr count as its first line.
    const look = () => void (transport.stderrSnapshot().totalBytes > 0 && reachFirstLine());
    const timer = setInterval(look, 1);
    void transport.exited.then(() => clearInterval(timer));
  }
  const run: Run = {
    ...{ plan, transport, seen, abortion: controller },
    ...{ pending: new Map(), hasReader: false },
  };
  await perform(run, firstLine, writtenTo(2, steps, material));
  seen.status = transport.tryWait();
  seen.snapshot = transport.stderrSnapshot();
  if (existsSync(stdinFile)) seen.stdinRead = readFileSync(stdinFile);
  rmSync(stdinFile, { force: true });
  return seen;
}

/** A plan that is being carried out. */
interface Run {
  readonly plan: Plan;
  readonly transport: AsyncSshTransport;
  readonly seen: Observation;
  readonly abortion: AbortController;
  /** Calls that have not settled, by name. */
  readonly pending: Map<string, Promise<unknown>>;
  hasReader: boolean;
}

/** @param written to stderr by the child */
async function perform(run: Run, firstLine: Promise<void>, written: Buffer): Promise<void> {
  const { reader, writer, goodbyes, interruption, subscriber } = run.plan;
  const transport = run.transport;
  const actions: Promise<void>[] = [];
  const schedule = (when: Moment, action: () => void) => {
    actions.push(reach(when, firstLine).then(action));
  };
  if (reader.kind !== 'none') schedule(reader.when, () => read(run));
  if (writer !== null) {
    const write = () => writeAndEnd(transport.stdin!, writer, run.seen.stdin);
    schedule(writer.when, () => add(run, 'the writer', write()));
  }
  goodbyes.forEach(({ call, when }, i) =>
    schedule(when, () => add(run, `${call}() number ${i + 1}`, leave(run, call))),
  );
  if (interruption !== null) schedule(interruption.when, () => interrupt(run));
  const publish = (message: unknown) => {
    const { pid, line } = message as StderrLineMessage;
    const { text, complete } = line;
    if (pid === transport.pid) run.seen.published.push({ text, complete });
  };
  const unsubscribeNow = () => void unsubscribe('rsync-io:stderr:line', publish);
  if (subscriber !== null) {
    schedule(subscriber.comes, () => subscribe('rsync-io:stderr:line', publish));
    if (subscriber.goes !== null) schedule(subscriber.goes, unsubscribeNow);
  }

  await Promise.all(actions);
  // A child whose output is not read, or whose stdin stays open, does not end by itself.
  await Promise.race([transport.exited.then(() => sleep(LATE_MS)), sleep(PATIENCE_MS)]);
  await settled(run, PATIENCE_MS);
  mayEnd(run);
  add(run, 'disposal', transport[Symbol.asyncDispose]());
  add(run, 'exited', transport.exited);
  await settled(run, STUCK_MS);
  run.seen.stuck.push(...run.pending.keys());
  await linesDelivered(run.plan, transport, run.seen, written);
  unsubscribeNow();
}

function read(run: Run): void {
  const { stdout } = run.transport;
  run.hasReader = true;
  run.seen.stdout.isLate = run.seen.goodbyes.some(({ call }) => call !== 'exited');
  if (stdout !== null) attachReader(stdout, run.plan.reader, run.seen);
}

async function leave(run: Run, call: Goodbye): Promise<void> {
  const [transport, seen] = [run.transport, run.seen];
  const hadReader = run.hasReader;
  const result: GoodbyeSeen = { call, hadReader, status: null, error: null, delivered: false };
  seen.goodbyes.push(result);
  try {
    if (call === 'exited') result.status = await transport.exited;
    else if (call === 'wait') result.status = await transport.wait();
    else if (call === 'waitWithStderr') result.status = (await transport.waitWithStderr()).status;
    else {
      // Whether the time was up before the child's exit cannot be told from outside.
      seen.endedByUs = seen.cutOff = true;
      result.status = await transport.wait({ timeoutMs: run.plan.seed % 40 });
    }
    // A reader that has paused after the last byte gets the end when it resumes.
    const { total, written } = seen.arrivals;
    result.delivered = seen.cutOff || total + seen.stdout.buffered() === written.length;
  } catch (error) {
    result.error = error;
  }
}

function interrupt(run: Run): void {
  mayEnd(run);
  const call = run.plan.interruption?.call;
  if (call === 'kill') run.transport.kill();
  else if (call === 'killHard') run.transport.kill('SIGKILL');
  else if (call === 'abort') run.abortion.abort(new Error('the caller aborted'));
  else add(run, 'disposal', run.transport[Symbol.asyncDispose]());
}

function mayEnd(run: Run): void {
  if (run.transport.tryWait() === null) run.seen.endedByUs = true;
  if (run.transport.stdout?.readableEnded !== true) run.seen.cutOff = true;
}

function add(run: Run, name: string, call: Promise<unknown>): void {
  const forget = () => void run.pending.delete(name);
  run.pending.set(name, call.then(forget, forget));
}

/** Waits until all calls have settled, at most `ms`. */
async function settled(run: Run, ms: number): Promise<void> {
  const limit = new AbortController();
  const timeout = sleep(ms, undefined, { signal: limit.signal }).catch(() => {});
  await Promise.race([Promise.all(run.pending.values()), timeout]);
  limit.abort();
}

async function reach(moment: Moment, firstLine: Promise<void>): Promise<void> {
  if (moment === 'turn') await new Promise((resolve) => setImmediate(resolve));
  else if (moment === 'line') await Promise.race([firstLine, sleep(PATIENCE_MS)]);
  else if (moment !== 'start') await sleep(moment);
}

/** Resolves when the listener has had every line of the capture that was not counted as dropped. */
async function linesDelivered(
  { listener }: Plan,
  transport: AsyncSshTransport,
  { lines, stuck }: Observation,
  written: Buffer,
): Promise<void> {
  const missing = () => {
    if (listener === 'none') return 0;
    const { totalBytes, droppedWarnings } = transport.stderrSnapshot();
    const captured = written.subarray(0, totalBytes).toString('latin1');
    // An unfinished last line counts.
    return (captured.match(/[^\n]*\n|[^\n]+$/g)?.length ?? 0) - droppedWarnings - lines.length;
  };
  // It gets a few lines a turn. A stream that was destroyed tells its reader in the next turn.
  const deadline = performance.now() + STUCK_MS;
  do await sleep(1);
  while (missing() !== 0 && performance.now() < deadline);
  if (missing() !== 0) stuck.push(`delivery of ${missing()} lines`);
}
