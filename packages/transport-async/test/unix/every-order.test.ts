import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import type { ExitStatus, SshCommand, StderrAuxChannel } from '@rsync-io/aux-channel';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AsyncSshChild } from '../../src/ssh-child.js';
import { PipedWire } from '../../src/wire.js';

// Every order of some events at the end of a simulated child, compared with a model of what the caller must
// see. On Windows, taskkill ends a child in a later turn.

type Event =
  | 'data' // three bytes arrive
  | 'queued' // three bytes are in the kernel's queue, and not yet read
  | 'eof' // the child closes its stdout
  | 'broken' // reading from it fails
  | 'exit'
  | 'wait'
  | 'timeout' // wait({ timeoutMs }) with a limit that expires at once
  | 'kill'
  | 'abort'
  | 'dispose'
  | 'reader' // a reader is attached
  | 'slow' // a reader is attached, but does not read yet
  | 'leave'; // the reader is removed

interface Outcome {
  /** Result of `wait()`: the code or signal of the status, or the error. */
  wait: string;
  /** How stdout ended for the last reader. */
  end: string;
  /** Bytes that all readers received. */
  received: number;
  /** Failures printed. */
  printed: number;
}

/** The outcome that the caller must see. `code` is the exit code unless this process ends the child. */
function model(order: readonly Event[], code: number): Outcome {
  let [unread, received, discarded, queued] = [0, 0, 0, 0];
  let [exited, eof, reads, slow, waits] = [false, false, false, false, false];
  let endedBy = ''; // what ended the child
  let status = ''; // known at the exit
  let end = ''; // how stdout ended
  let complete = false; // no more events follow
  let waitError = '';

  const exit = () => {
    exited = true;
    status = endedBy === '' ? String(code) : 'SIGTERM';
    const failed = endedBy === 'abort' || (endedBy !== '' && status !== '0');
    if (end !== '' || complete) return;
    if (failed) return void (end = endedBy);
    if (discarded > 0 && !reads) discarded += queued;
    else unread += queued;
    complete = true;
  };
  const endedBefore = (by: string) => {
    if (!exited && (endedBy === '' || by === 'abort')) endedBy = by;
  };
  /** Releases a reader after the exit. */
  const release = (by: string) => {
    if (!exited || end !== '' || (complete && unread === 0)) return false;
    end = by;
    return true;
  };
  /** One turn of the event loop: readers read, and unread output is discarded. */
  const turn = () => {
    if (end !== '') return;
    if (reads && !slow) [received, unread] = [received + unread, 0];
    if (waits && !reads) [discarded, unread] = [discarded + unread, 0];
    if (complete && discarded > 0) end = 'discarded';
    if (complete && reads && !slow && end === '') end = 'clean';
  };

  for (const event of order) {
    const open = !exited && !eof && end === '';
    if (event === 'data' && open) unread += 3;
    if (event === 'queued' && open) queued += 3;
    if (event === 'eof' && open) {
      [eof, unread, queued] = [true, unread + queued, 0];
      // An end that may be due to a signal is not trusted before the exit.
      complete = endedBy === '';
    }
    if (event === 'broken' && open) end = 'broken';
    if (event === 'exit') exit();
    if (event === 'wait') waits = true;
    if (event === 'timeout') {
      waits = true;
      endedBefore('timeout');
      turn();
      release('timeout');
    }
    if (event === 'kill') endedBefore('kill');
    if (event === 'abort') {
      endedBefore('abort');
      if (release('abort')) waitError = 'abort';
    }
    if (event === 'dispose') {
      endedBefore('dispose');
      release('dispose');
    }
    if (event === 'reader' || event === 'slow') {
      [reads, slow] = [true, event === 'slow'];
      if (discarded > 0 && end === '') end = 'discarded';
    }
    if (event === 'leave') reads = false;
    turn();
  }
  // At the end, `wait()` is called and the rest is read.
  if (!exited) exit();
  turn();
  waits = true;
  slow = false;
  turn();
  reads = true;
  turn();
  if (endedBy === 'abort') waitError = 'abort';
  return { wait: waitError || status, end, received, printed: endedBy === '' && code > 0 ? 1 : 0 };
}

/** Runs the same events on an `AsyncSshChild` with a simulated process. */
class Simulation {
  readonly #source = new Readable({ read() {} });
  readonly #process: ChildProcess;
  readonly #child: AsyncSshChild;
  readonly #stdout: Readable;
  readonly #abort = new AbortController();
  readonly #code: number;
  #queue: Buffer[] = [];
  #signal: NodeJS.Signals | null = null;
  #exited = false;
  #closed = false;
  #waits: Promise<string>[] = [];
  #onData: ((chunk: Buffer) => void) | null = null;
  readonly #outcome: Outcome = { wait: '', end: '', received: 0, printed: 0 };

  constructor(code: number) {
    this.#code = code;
    this.#process = Object.assign(new EventEmitter(), {
      pid: 2 ** 30,
      stdin: new Writable({ write: (_chunk, _encoding, done) => done() }),
      stdout: this.#source,
      stdio: [null, null, null],
      kill: (signal: NodeJS.Signals) => ((this.#signal ??= signal), true),
    }) as unknown as ChildProcess;
    const channel = {
      join: async () => {},
      joinAndSurfaceOnError: async (status: ExitStatus) => {
        if (!status.success) this.#outcome.printed += 1;
      },
      shutdownRead: () => {},
      snapshot: () => ({ bytes: new Uint8Array(0) }),
    } as unknown as StderrAuxChannel<Promise<void>>;
    const wire = new PipedWire(this.#process, 'host', (_source, receive) => {
      for (const chunk of this.#queue.splice(0)) receive(chunk);
      return 'open';
    });
    this.#stdout = wire.reader;
    const command = { label: 'host', connectTimeoutMs: null, ioTimeoutMs: null };
    this.#child = new AsyncSshChild({
      command: command as SshCommand,
      child: this.#process,
      channel,
      wire,
      signal: this.#abort.signal,
    });
    this.#stdout.on('error', (error: NodeJS.ErrnoException) => {
      this.#outcome.end ||= ENDS[error.code ?? error.message] ?? String(error);
    });
    this.#stdout.on('end', () => (this.#outcome.end ||= 'clean'));
    this.#stdout.on('close', () => (this.#outcome.end ||= 'closed'));
  }

  do(event: Event): void {
    const isOpen = !this.#exited && !this.#closed && !this.#stdout.destroyed;
    if (event === 'data' && isOpen) this.#source.push(Buffer.from('abc'));
    if (event === 'queued' && isOpen) this.#queue.push(Buffer.from('abc'));
    if (event === 'eof' && isOpen) {
      for (const chunk of this.#queue.splice(0)) this.#source.push(chunk);
      this.#source.push(null);
      this.#closed = true;
    }
    if (event === 'broken' && isOpen) this.#source.destroy(new Error('broken'));
    if (event === 'exit' && !this.#exited) {
      this.#exited = true;
      this.#process.emit('exit', this.#signal === null ? this.#code : null, this.#signal);
    }
    if (event === 'wait') this.#wait({});
    if (event === 'timeout') this.#wait({ timeoutMs: 1 });
    if (event === 'kill') this.#child.kill();
    if (event === 'abort') this.#abort.abort(new Error('abort'));
    if (event === 'dispose') void this.#child[Symbol.asyncDispose]();
    if (event === 'reader' || event === 'slow') this.#read(event === 'slow');
    if (event === 'leave' && this.#onData !== null) {
      this.#stdout.pause();
      this.#stdout.off('data', this.#onData);
      this.#onData = null;
    }
  }

  #wait(options: { timeoutMs?: number }): void {
    const result = this.#child.wait(options).then(
      ({ code, signal }) => signal ?? String(code),
      (error: Error) => error.message,
    );
    this.#waits.push(result);
  }

  #read(slow: boolean): void {
    if (this.#onData === null) {
      this.#onData = ({ length }) => (this.#outcome.received += length);
      this.#stdout.on('data', this.#onData);
    }
    if (slow) this.#stdout.pause();
    else this.#stdout.resume();
  }

  /** The steps at the end of the model, each followed by a turn. */
  readonly lastSteps: readonly (() => void)[] = [
    () => this.do('exit'),
    () => {
      this.#wait({});
      if (this.#onData !== null) this.#read(false);
    },
    () => this.#read(false),
    () => {},
  ];

  async outcome(): Promise<Outcome> {
    const results = new Set(await Promise.all(this.#waits));
    await this.#child[Symbol.asyncDispose]();
    return { ...this.#outcome, wait: [...results].join(' and ') };
  }
}

const ENDS: Record<string, string> = {
  ERR_OUTPUT_DISCARDED: 'discarded',
  ERR_KILLED: 'kill',
  ERR_DISPOSED: 'dispose',
  ERR_WAIT_TIMEOUT: 'timeout',
  abort: 'abort',
  broken: 'broken',
};

/** Every order of every subset of these events. */
function everyOrder(events: readonly Event[]): Event[][] {
  const orders: Event[][] = [];
  const extend = (order: Event[]) => {
    orders.push(order);
    for (const event of events) if (!order.includes(event)) extend([...order, event]);
  };
  extend([]);
  return orders;
}

/** Number of orders of all subsets of n events. */
const ORDERS_OF: Record<number, number> = { 5: 326, 6: 1_957, 7: 13_700 };

/** Waits until timers have fired and streams have delivered their data. */
async function turn(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
  vi.advanceTimersByTime(50);
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
}

async function play(orders: readonly Event[][], code: number): Promise<Outcome[]> {
  const simulations = orders.map(() => new Simulation(code));
  for (let step = 0; step < 7; step++) {
    orders.forEach((order, i) => {
      const event = order[step];
      if (event !== undefined) simulations[i]?.do(event);
    });
    await turn();
  }
  for (let step = 0; step < 4; step++) {
    for (const simulation of simulations) simulation.lastSteps[step]?.();
    await turn();
  }
  vi.advanceTimersByTime(5_000);
  return Promise.all(simulations.map((simulation) => simulation.outcome()));
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

describe('every order of up to seven events', () => {
  it.each<[string, number, Event[]]>([
    ['an exit with 0', 0, ['data', 'queued', 'eof', 'exit', 'wait', 'reader', 'leave']],
    ['an exit with 3', 3, ['queued', 'exit', 'wait', 'kill', 'reader']],
    ['an abort', 0, ['data', 'exit', 'wait', 'abort', 'slow']],
    ['disposal', 3, ['data', 'exit', 'wait', 'dispose', 'reader', 'kill']],
    ['a timeout', 0, ['data', 'eof', 'exit', 'timeout', 'abort', 'slow']],
    ['a broken stream', 3, ['data', 'broken', 'exit', 'wait', 'reader']],
  ])('around %s behaves like the model', async (_, code, events) => {
    const wrong: unknown[] = [];
    const orders = everyOrder(events);
    for (let from = 0; from < orders.length; from += 2_000) {
      const some = orders.slice(from, from + 2_000);
      const outcomes = await play(some, code);
      some.forEach((order, i) => {
        const expected = model(order, code);
        if (JSON.stringify(outcomes[i]) === JSON.stringify(expected)) return;
        wrong.push({ order: order.join(' '), expected, got: outcomes[i] });
      });
    }
    expect(orders).toHaveLength(ORDERS_OF[events.length] as number);
    expect(wrong.slice(0, 3)).toEqual([]);
  });
});
