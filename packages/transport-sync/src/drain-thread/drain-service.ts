import { fallbackChannel, type FallbackMessage } from '@rsync-io/aux-channel';
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

  constructor() {
    fallbackChannel.subscribe((message) => {
      const { backend, fallback, error } = message as FallbackMessage;
      this.#fallbacks.push({ backend, fallback, error: recordError(error) });
    });
  }

  /** @throws (as rejection) what the main thread shall throw */
  async answer(request: Request): Promise<Answer> {
    if (request.kind === 'spawn') return this.#spawn(request);
    const child = this.#children.get(request.connection);
    if (child === undefined) return this.#answerForgotten(request);
    switch (request.kind) {
      case 'snapshot':
        return child.snapshot();
      case 'lines':
        return packLines(child.takeLines());
      case 'kill':
        return child.kill(request.signal);
      case 'cancelConnectWatchdog':
        child.cancelConnectWatchdog();
        return null;
      case 'wait':
        return this.#finish(request.connection, child, await child.wait(request.surface));
      case 'dispose':
        return this.#finish(request.connection, child, await child.dispose());
    }
  }

  async #spawn({ connection, order }: Extract<Request, { kind: 'spawn' }>) {
    const child = await HostedChild.start(order);
    this.#children.set(connection, child);
    const { pid, backend } = child;
    return { pid, backend, fallbacks: this.#fallbacks.splice(0) };
  }

  /** All is told; only a channel that a surviving process still writes to has to be closed later. */
  #finish(connection: number, child: HostedChild, report: FinalReport): FinalReport {
    if (report.snapshot.ended !== 'abandoned') this.#children.delete(connection);
    return report;
  }

  #answerForgotten(request: Request): Answer {
    if (request.kind === 'kill') return false;
    if (request.kind === 'cancelConnectWatchdog') return null;
    throw new Error(
      `There is no connection ${request.connection} to answer '${request.kind}' for.`,
    );
  }
}
