import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { platformBackends, type StderrLine, type StderrLineMessage } from '@rsync-io/ssh';
import type { AsyncSshTransport } from '@rsync-io/transport-async';
import { Arrivals } from '../common/arrivals.ts';
import { childCommand, writtenTo } from '../common/child.ts';
import { type Material, takeFile } from '../common/material.ts';
import { type GoodbyeSeen, newObservation, type Observation } from './observation.ts';
import type { Goodbye, Interruption, Moment, Plan } from './plan.ts';
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
  const seen = newObservation(new Arrivals(writtenTo(1, steps, material)));
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
  const run = new Run({ plan, transport, seen, controller, material });
  void transport.exited.then(reachFirstLine);
  if (plan.listener === 'none') {
    // Without a listener, the first bytes of stderr stand in for its first line.
    const look = () => void (transport.stderrSnapshot().totalBytes > 0 && reachFirstLine());
    const timer = setInterval(look, 1);
    void transport.exited.then(() => clearInterval(timer));
  }
  await run.perform(firstLine);
  seen.stdinRead = takeFile(stdinFile);
  return seen;
}

interface RunParts {
  readonly plan: Plan;
  readonly transport: AsyncSshTransport;
  readonly seen: Observation;
  readonly controller: AbortController;
  readonly material: Material;
}

class Run {
  readonly #parts: RunParts;
  readonly #pending = new Pending();
  #hasReader = false;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  async perform(firstLine: Promise<void>): Promise<void> {
    const { plan, transport, seen } = this.#parts;
    const actions: Promise<void>[] = [];
    const schedule = (when: Moment, action: () => void) => {
      actions.push(reach(when, firstLine).then(action));
    };
    const { reader, writer, goodbyes, interruption, subscriber } = plan;
    if (reader.kind !== 'none') schedule(reader.when, () => this.#read());
    if (writer !== null) schedule(writer.when, () => this.#write(writer));
    goodbyes.forEach(({ call, when }, i) => schedule(when, () => this.#leave(call, i)));
    if (interruption !== null)
      schedule(interruption.when, () => this.#interrupt(interruption.call));
    const publish = (message: unknown) => {
      const { pid, line } = message as StderrLineMessage;
      if (pid === transport.pid) seen.published.push({ text: line.text, complete: line.complete });
    };
    const unsubscribeNow = () => void unsubscribe('rsync-io:stderr:line', publish);
    if (subscriber !== null) {
      schedule(subscriber.comes, () => subscribe('rsync-io:stderr:line', publish));
      if (subscriber.goes !== null) schedule(subscriber.goes, unsubscribeNow);
    }

    await Promise.all(actions);
    // A child that nobody reads, or whose stdin nobody closes, does not end by itself.
    await Promise.race([transport.exited.then(() => sleep(LATE_MS)), sleep(PATIENCE_MS)]);
    await this.#pending.settled(PATIENCE_MS);
    this.#mayEnd();
    this.#pending.add('disposal', transport[Symbol.asyncDispose]());
    this.#pending.add('exited', transport.exited);
    seen.stuck.push(...(await this.#pending.settled(STUCK_MS)));
    await this.#linesDelivered();
    unsubscribeNow();
    seen.status = transport.tryWait();
    seen.snapshot = transport.stderrSnapshot();
  }

  #read(): void {
    const { plan, transport, seen } = this.#parts;
    this.#hasReader = true;
    seen.stdout.isLate = seen.goodbyes.some(({ call }) => call !== 'exited');
    const { kind, slow } = plan.reader;
    if (transport.stdout !== null) attachReader(transport.stdout, kind, slow, seen.stdout);
  }

  #write(writer: NonNullable<Plan['writer']>): void {
    const { transport, seen } = this.#parts;
    if (transport.stdin === null) return;
    this.#pending.add('the writer', writeAndEnd(transport.stdin, writer, seen.stdin));
  }

  #leave(call: Goodbye, index: number): void {
    const seen: GoodbyeSeen = {
      call,
      status: null,
      error: null,
      hadReader: this.#hasReader,
      delivered: false,
    };
    this.#parts.seen.goodbyes.push(seen);
    this.#pending.add(`${call}() number ${index + 1}`, this.#goodbye(call, seen));
  }

  async #goodbye(call: Goodbye, result: GoodbyeSeen): Promise<void> {
    const { plan, transport, seen } = this.#parts;
    try {
      if (call === 'exited') result.status = await transport.exited;
      else if (call === 'wait') result.status = await transport.wait();
      else if (call === 'waitWithStderr') result.status = (await transport.waitWithStderr()).status;
      else {
        // Whether the time was up before the child's exit cannot be told from outside.
        seen.endedByUs = seen.cutOff = true;
        result.status = await transport.wait({ timeoutMs: plan.seed % 40 });
      }
      // A reader that has paused after the last byte gets the end when it resumes.
      const { arrivals, buffered } = seen.stdout;
      result.delivered = seen.cutOff || arrivals.total + buffered() === arrivals.written.length;
    } catch (error) {
      result.error = error;
    }
  }

  #interrupt(call: Interruption): void {
    const { transport, controller } = this.#parts;
    this.#mayEnd();
    if (call === 'kill') transport.kill();
    else if (call === 'killHard') transport.kill('SIGKILL');
    else if (call === 'abort') controller.abort(new Error('the caller aborted'));
    else this.#pending.add('disposal', transport[Symbol.asyncDispose]());
  }

  #mayEnd(): void {
    const { transport, seen } = this.#parts;
    if (transport.tryWait() === null) seen.endedByUs = true;
    if (transport.stdout?.readableEnded !== true) seen.cutOff = true;
  }

  /** Resolves when the listener has had every line of the capture that was not counted as dropped. */
  async #linesDelivered(): Promise<void> {
    const { plan, transport, seen, material } = this.#parts;
    const missing = () => {
      if (plan.listener === 'none') return 0;
      const { totalBytes, droppedWarnings } = transport.stderrSnapshot();
      const captured = writtenTo(2, plan.child.steps, material).subarray(0, totalBytes);
      return countLines(captured) - droppedWarnings - seen.lines.length;
    };
    // It gets a few lines a turn. A stream that was destroyed tells its reader in the next turn.
    const deadline = performance.now() + STUCK_MS;
    do await sleep(1);
    while (missing() !== 0 && performance.now() < deadline);
    if (missing() !== 0) seen.stuck.push(`delivery of ${missing()} lines`);
  }
}

async function reach(moment: Moment, firstLine: Promise<void>): Promise<void> {
  if (moment === 'turn') await new Promise((resolve) => setImmediate(resolve));
  else if (moment === 'line') await Promise.race([firstLine, sleep(PATIENCE_MS)]);
  else if (moment !== 'start') await sleep(moment);
}

/** Lines of stderr, an unfinished last one included. */
function countLines(bytes: Uint8Array): number {
  let count = bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0;
  for (const byte of bytes) if (byte === 10) count += 1;
  return count;
}

/** Calls whose results are awaited elsewhere, by name. */
class Pending {
  readonly #calls = new Map<string, Promise<unknown>>();

  add(name: string, call: Promise<unknown>): void {
    const forget = () => void this.#calls.delete(name);
    this.#calls.set(name, call.then(forget, forget));
  }

  /** Waits until all have settled, at most `ms`. @returns the names of those that have not */
  async settled(ms: number): Promise<string[]> {
    const limit = new AbortController();
    const timeout = sleep(ms, undefined, { signal: limit.signal }).catch(() => {});
    await Promise.race([Promise.all(this.#calls.values()), timeout]);
    limit.abort();
    return [...this.#calls.keys()];
  }
}
