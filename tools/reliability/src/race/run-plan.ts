import { readFileSync, rmSync } from 'node:fs';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { platformBackends, SshCommand, type StderrLineMessage } from '@rsync-io/ssh';
import type { AsyncSshTransport } from '@rsync-io/transport-async';
import { childScript } from './child-script.ts';
import type { Material } from './material.ts';
import type { GoodbyeSeen, Observation } from './observation.ts';
import { type Goodbye, type Interruption, type Moment, type Plan, totalOf } from './plan.ts';
import { attachReader } from './readers.ts';

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
  const seen: Observation = {
    stdout: { total: 0, intact: true, end: null },
    stdin: plan.writer === null ? null : { written: 0, finished: false, failed: false },
    stdinRead: null,
    goodbyes: [],
    endedByUs: false,
    cutOff: false,
    status: null,
    snapshot: null,
    lines: [],
    published: [],
    strayErrors: [],
    stuck: [],
  };
  let reachFirstLine = () => {};
  const firstLine = new Promise<void>((resolve) => (reachFirstLine = resolve));
  const controller = new AbortController();
  const transport = await Transport.spawn(
    SshCommand.raw('sh', childScript(plan, material, stdinFile)),
    {
      backends: platformBackends(),
      forward: false,
      surface: 'never',
      signal: controller.signal,
      warnings: (line) => {
        seen.lines.push({ text: line.text, complete: line.complete });
        reachFirstLine();
        if (plan.callsBack) void [transport.stderrSnapshot(), transport.tryWait()];
      },
    },
  );
  const run = new Run(plan, transport, seen, controller, material);
  void transport.exited.then(reachFirstLine);
  await run.perform(firstLine);
  seen.stdinRead = readIfThere(stdinFile);
  return seen;
}

class Run {
  readonly #plan: Plan;
  readonly #transport: AsyncSshTransport;
  readonly #seen: Observation;
  readonly #controller: AbortController;
  readonly #material: Material;
  readonly #pending = new Map<string, Promise<unknown>>();
  #hasReader = false;

  constructor(
    plan: Plan,
    transport: AsyncSshTransport,
    seen: Observation,
    controller: AbortController,
    material: Material,
  ) {
    this.#plan = plan;
    this.#transport = transport;
    this.#seen = seen;
    this.#controller = controller;
    this.#material = material;
  }

  async perform(firstLine: Promise<void>): Promise<void> {
    const actions: Promise<void>[] = [];
    const schedule = (when: Moment, action: () => void) => {
      actions.push(reach(when, firstLine).then(action));
    };
    const { reader, writer, goodbyes, interruption, subscriber } = this.#plan;
    if (reader.kind !== 'none') schedule(reader.when, () => this.#read());
    if (writer !== null) schedule(writer.when, () => this.#track('the writer', this.#write()));
    goodbyes.forEach(({ call, when }, i) => schedule(when, () => this.#leave(call, i)));
    if (interruption !== null)
      schedule(interruption.when, () => this.#interrupt(interruption.call));
    const unsubscribeAll = this.#subscribe(subscriber, schedule);

    await Promise.all(actions);
    // A child that nobody reads, or whose stdin nobody closes, does not end by itself.
    await Promise.race([this.#transport.exited.then(() => sleep(LATE_MS)), sleep(PATIENCE_MS)]);
    await Promise.race([Promise.all(this.#pending.values()), sleep(PATIENCE_MS)]);
    this.#mayEnd();
    this.#track('disposal', this.#transport[Symbol.asyncDispose]());
    this.#track('exited', this.#transport.exited);
    await this.#settled();
    // Events of streams that were destroyed, and lines that are still on their way to the listener.
    await sleep(1);
    await this.#linesDelivered();
    unsubscribeAll();
    this.#seen.status = this.#transport.tryWait();
    this.#seen.snapshot = this.#transport.stderrSnapshot();
  }

  #read(): void {
    this.#hasReader = true;
    const { kind, slow } = this.#plan.reader;
    const stdout = this.#transport.stdout;
    if (stdout !== null) attachReader(stdout, kind, slow, this.#seen.stdout, this.#material.stdout);
  }

  async #write(): Promise<void> {
    const { writer } = this.#plan;
    const stdin = this.#transport.stdin;
    const seen = this.#seen.stdin;
    if (writer === null || stdin === null || seen === null) return;
    stdin.on('error', () => (seen.failed = true));
    const chunk = Buffer.alloc(writer.chunk, 'x');
    for (let left = writer.bytes; left > 0 && !seen.failed; left -= chunk.length) {
      const bytes = chunk.subarray(0, left);
      const accepted = await new Promise<boolean>((resolve) => {
        stdin.write(bytes, (error) => resolve(!error));
      });
      if (!accepted) return void (seen.failed = true);
      seen.written += bytes.length;
    }
    await new Promise<void>((resolve) => stdin.end(() => resolve()));
    seen.finished = true;
  }

  #leave(call: Goodbye, index: number): void {
    const seen: GoodbyeSeen = {
      call,
      status: null,
      error: null,
      hadReader: this.#hasReader,
      delivered: false,
    };
    this.#seen.goodbyes.push(seen);
    this.#track(`${call}() number ${index + 1}`, this.#goodbye(call, seen));
  }

  async #goodbye(call: Goodbye, seen: GoodbyeSeen): Promise<void> {
    try {
      if (call === 'exited') seen.status = await this.#transport.exited;
      else if (call === 'wait') seen.status = await this.#transport.wait();
      else if (call === 'waitWithStderr') {
        seen.status = (await this.#transport.waitWithStderr()).status;
      } else {
        const timeoutMs = this.#plan.seed % 40;
        // Whether the time was up before the child's exit cannot be told from outside.
        this.#seen.endedByUs = this.#seen.cutOff = true;
        seen.status = await this.#transport.wait({ timeoutMs });
      }
      // A reader that has paused after the last byte gets the end when it resumes.
      seen.delivered =
        this.#seen.cutOff || this.#seen.stdout.total === totalOf(this.#plan, 'stdout');
    } catch (error) {
      seen.error = error;
    }
  }

  #interrupt(call: Interruption): void {
    this.#mayEnd();
    if (call === 'kill') this.#transport.kill();
    else if (call === 'killHard') this.#transport.kill('SIGKILL');
    else if (call === 'abort') this.#controller.abort(new Error('the caller aborted'));
    else this.#track('disposal', this.#transport[Symbol.asyncDispose]());
  }

  #mayEnd(): void {
    if (this.#transport.tryWait() === null) this.#seen.endedByUs = true;
    if (this.#transport.stdout?.readableEnded !== true) this.#seen.cutOff = true;
  }

  #subscribe(
    subscriber: Plan['subscriber'],
    schedule: (when: Moment, action: () => void) => void,
  ): () => void {
    const { pid } = this.#transport;
    const listener = (message: unknown) => {
      const { pid: of, line } = message as StderrLineMessage;
      if (of === pid) this.#seen.published.push({ text: line.text, complete: line.complete });
    };
    const stop = () => void unsubscribe('rsync-io:stderr:line', listener);
    if (subscriber !== null) {
      schedule(subscriber.comes, () => subscribe('rsync-io:stderr:line', listener));
      if (subscriber.goes !== null) schedule(subscriber.goes, stop);
    }
    return stop;
  }

  /** The listener gets a few lines a turn. Returns when no more come. */
  async #linesDelivered(): Promise<void> {
    const { lines } = this.#seen;
    for (let before = -1; before !== lines.length;) {
      before = lines.length;
      await sleep(5);
    }
  }

  #track(name: string, promise: Promise<unknown>): void {
    const settled = promise.then(
      () => this.#pending.delete(name),
      () => this.#pending.delete(name),
    );
    this.#pending.set(name, settled);
  }

  async #settled(): Promise<void> {
    const limit = new AbortController();
    const timeout = sleep(STUCK_MS, undefined, { signal: limit.signal }).catch(() => {});
    await Promise.race([Promise.all(this.#pending.values()), timeout]);
    limit.abort();
    this.#seen.stuck.push(...this.#pending.keys());
  }
}

async function reach(moment: Moment, firstLine: Promise<void>): Promise<void> {
  if (moment.at === 'turn') await new Promise((resolve) => setImmediate(resolve));
  else if (moment.at === 'pause') await sleep(moment.ms);
  else if (moment.at === 'line') await Promise.race([firstLine, sleep(PATIENCE_MS)]);
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  } finally {
    rmSync(file, { force: true });
  }
}
