import type { BackendUnavailableError, StderrBackendName } from '@rsync-io/aux-channel';
import { recordError } from '../error-record.js';
import { packLines } from '../packed-lines.js';
import type { FallbackRecord, FinalReport, Request, RequestKind, Requests } from '../protocol.js';
import { HostedChild } from './hosted-child.js';

type Result = Requests[RequestKind]['result'];

/** Serves the requests of the main thread for all connections of this thread. */
export class DrainService {
  readonly #children = new Map<number, HostedChild>();
  #fallbacks: FallbackRecord[] = [];

  /** Reported by the main thread, with the result of the next spawn. */
  keepFallback(error: BackendUnavailableError, fallback: StderrBackendName): void {
    this.#fallbacks.push({ fallback, error: recordError(error) });
  }

  /** @throws (as rejection) the error for the main thread to throw */
  async handle(request: Request): Promise<Result> {
    if (request.kind === 'spawn') return this.#spawn(request);
    const { connection } = request;
    const child = this.#children.get(connection);
    if (child === undefined) return resultOfForgotten(request);
    switch (request.kind) {
      case 'snapshot':
        return child.snapshot();
      case 'lines':
        return child.lines.takeAll();
      case 'ending':
        return child.ending;
      case 'kill':
        return child.kill(request.signal);
      case 'cancelConnectWatchdog':
        child.cancelConnectWatchdog();
        return null;
      case 'releaseStderr':
        child.releaseStderr();
        return null;
      case 'wait':
        return this.#finish(
          connection,
          child,
          await child.wait(request.surface, request.timeoutMs),
        );
      case 'dispose':
        return this.#finish(connection, child, await child.dispose());
    }
  }

  /** The caller has no handle of the connection any more. */
  release(connection: number): void {
    const child = this.#children.get(connection);
    void child?.exited.then(() => this.#children.delete(connection));
  }

  async #spawn({ connection, request }: Extract<Request, { kind: 'spawn' }>) {
    const child = await HostedChild.start(request);
    this.#children.set(connection, child);
    return { backend: child.backend, fallbacks: this.#fallbacks.splice(0) };
  }

  /**
   * Drops the connection, except for a channel that another process still writes to, until that is
   * closed.
   */
  #finish(connection: number, child: HostedChild, report: FinalReport): FinalReport {
    const forget = () => this.#children.delete(connection);
    if (report.snapshot.ended === 'abandoned') void child.closed.then(forget);
    else forget();
    return report;
  }
}

/**
 * If the caller asked in the meantime, the final report, which contains everything, may already be on
 * its way.
 */
function resultOfForgotten({ kind, connection }: Request): Result {
  switch (kind) {
    case 'kill':
      return false;
    case 'ending':
    case 'cancelConnectWatchdog':
    case 'releaseStderr':
    case 'dispose':
      return null;
    case 'lines':
      return { lines: packLines([]), dropped: 0 };
    default:
      throw new Error(`There is no connection ${connection} for the request '${kind}'.`);
  }
}
