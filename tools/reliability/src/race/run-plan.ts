import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { platformBackends, SshCommand, type StderrLine } from '@rsync-io/ssh';
import type { AsyncSshTransport } from '@rsync-io/transport-async';
import { childScript } from './child-script.ts';
import { countLines, type Material, takeFile } from './material.ts';
import { type GoodbyeSeen, newObservation, type Observation } from './observation.ts';
import { Pending } from './pending.ts';
import { type Goodbye, type Interruption, type Moment, type Plan, totalOf } from './plan.ts';
import { attachReader } from './readers.ts';
import { Subscription } from './subscription.ts';
import { writeAndEnd } from './writer.ts';

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
  const seen = newObservation(plan);
  let reachFirstLine = () => {};
  const firstLine = new Promise<void>((resolve) => (reachFirstLine = resolve));
  const controller = new AbortController();
  const listen = ({ text, complete }: StderrLine) => {
    seen.lines.push({ text, complete });
    reachFirstLine();
    if (plan.listener === 'calls-back') void [transport.stderrSnapshot(), transport.tryWait()];
  };
  const transport = await Transport.spawn(
    SshCommand.raw('sh', childScript(plan, material, stdinFile)),
    {
      backends: platformBackends(),
      forward: false,
      surface: 'never',
      signal: controller.signal,
      ...(plan.listener !== 'none' && { warnings: listen }),
    },
  );
  const run = new Run({ plan, transport, seen, controller, material });
  void transport.exited.then(reachFirstLine);
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
    const subscription = new Subscription(transport.pid, seen.published);
    if (subscriber !== null) schedule(subscriber.comes, () => subscription.begin());
    if (subscriber?.goes) schedule(subscriber.goes, () => subscription.end());

    await Promise.all(actions);
    // A child that nobody reads, or whose stdin nobody closes, does not end by itself.
    await Promise.race([transport.exited.then(() => sleep(LATE_MS)), sleep(PATIENCE_MS)]);
    await this.#pending.settled(PATIENCE_MS);
    this.#mayEnd();
    this.#pending.add('disposal', transport[Symbol.asyncDispose]());
    this.#pending.add('exited', transport.exited);
    seen.stuck.push(...(await this.#pending.settled(STUCK_MS)));
    await this.#linesDelivered();
    subscription.end();
    seen.status = transport.tryWait();
    seen.snapshot = transport.stderrSnapshot();
  }

  #read(): void {
    const { plan, transport, seen, material } = this.#parts;
    this.#hasReader = true;
    seen.stdout.isLate = seen.goodbyes.some(({ call }) => call !== 'exited');
    const { kind, slow } = plan.reader;
    if (transport.stdout !== null)
      attachReader(transport.stdout, kind, slow, seen.stdout, material.stdout);
  }

  #write(writer: NonNullable<Plan['writer']>): void {
    const { transport, seen } = this.#parts;
    if (transport.stdin === null || seen.stdin === null) return;
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
      const { total, buffered } = seen.stdout;
      result.delivered = seen.cutOff || total + buffered() === totalOf(plan, 'stdout');
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
      const captured = material.stderr.subarray(0, totalBytes);
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
  if (moment.at === 'turn') await new Promise((resolve) => setImmediate(resolve));
  else if (moment.at === 'pause') await sleep(moment.ms);
  else if (moment.at === 'line') await Promise.race([firstLine, sleep(PATIENCE_MS)]);
}
