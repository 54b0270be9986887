import {
  type BackendUnavailableError,
  type StderrBackendName,
  stderrLineChannel,
  type StderrLineMessage,
} from '@rsync-io/aux-channel';
import { recordError } from '../error-record.js';
import { packLines } from '../packed-lines.js';
import type { FallbackRecord, FinalReport, Message, RequestKind, Requests } from '../protocol.js';
import { HostedChild } from './hosted-child.js';

type Request = Exclude<Message, { kind: 'ping' }>;
type Answer = Requests[RequestKind]['answers'];

/** The connections that the thread hosts, and what can be asked about them. */
export class DrainService {
  readonly #children = new Map<number, HostedChild>();
  #fallbacks: FallbackRecord[] = [];
  #isSubscribed = false;

  /** The main thread reports it, with its answer to the next spawn. */
  keepFallback(error: BackendUnavailableError, fallback: StderrBackendName): void {
    this.#fallbacks.push({ backend: error.backend, fallback, error: recordError(error) });
  }

  /** @throws (as rejection) what the main thread shall throw */
  async answer(request: Request): Promise<Answer> {
    if (request.kind === 'spawn') return this.#spawn(request);
    const hosted = this.#children.get(request.connection);
    if (hosted === undefined) return this.#answerForgotten(request);
    const { child } = hosted;
    switch (request.kind) {
      case 'snapshot':
        return child.snapshot();
      case 'lines':
        return packLines(hosted.takeLines());
      case 'publishLines':
        hosted.publishesLines = request.wanted;
        this.#subscribeIfWanted();
        return hosted.takeLinesToPublish();
      case 'kill':
        return child.kill(request.signal);
      case 'cancelConnectWatchdog':
        child.cancelConnectWatchdog();
        return null;
      case 'wait':
        return this.#finish(request.connection, hosted, await hosted.wait(request.surface));
      case 'dispose':
        return this.#finish(request.connection, hosted, await hosted.dispose());
    }
  }

  async #spawn({ connection, order }: Extract<Request, { kind: 'spawn' }>) {
    // Before the child can say anything.
    this.#subscribeIfWanted(order.publishLines);
    const hosted = await HostedChild.start(order);
    this.#children.set(connection, hosted);
    const { child, backend } = hosted;
    return { pid: child.pid, backend, fallbacks: this.#fallbacks.splice(0) };
  }

  /** All is told; only a channel that a surviving process still writes to is kept, until it is closed. */
  #finish(connection: number, hosted: HostedChild, report: FinalReport): FinalReport {
    const forget = () => this.#children.delete(connection);
    if (report.snapshot.ended === 'abandoned') void hosted.closed.then(forget);
    else forget();
    hosted.publishesLines = false;
    this.#subscribeIfWanted();
    return report;
  }

  /** The channel of this thread stands in for that of the main thread, as long as it has subscribers. */
  #subscribeIfWanted(forOneMore = false): void {
    const wanted =
      forOneMore || [...this.#children.values()].some(({ publishesLines }) => publishesLines);
    if (wanted === this.#isSubscribed) return;
    this.#isSubscribed = wanted;
    if (wanted) stderrLineChannel.subscribe(this.#keepLine);
    else stderrLineChannel.unsubscribe(this.#keepLine);
  }

  readonly #keepLine = (message: unknown): void => {
    const { pid, line } = message as StderrLineMessage;
    for (const hosted of this.#children.values()) {
      if (hosted.child.pid === pid) hosted.keepToPublish(line);
    }
  };

  #answerForgotten(request: Request): Answer {
    if (request.kind === 'kill') return false;
    if (request.kind === 'cancelConnectWatchdog' || request.kind === 'dispose') return null;
    // The final report, which has them all, is on its way to a caller who asked in between.
    if (request.kind === 'publishLines') return { lines: packLines([]), dropped: 0 };
    throw new Error(
      `There is no connection ${request.connection} to answer '${request.kind}' for.`,
    );
  }
}
