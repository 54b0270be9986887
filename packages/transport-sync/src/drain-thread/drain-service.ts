import { serveBlockedThread } from '@rsync-io/aux-channel/transport';
import { recordError } from '../error-record.js';
import { packLines } from '../packed-lines.js';
import type { FallbackRecord, FinalReport, Request, RequestKind, Requests } from '../protocol.js';
import { wirePlatform } from '../wire/platform.js';
import { HostedChild } from './hosted-child.js';
import { preloadBackends } from './load-backend.js';

type Result = Requests[RequestKind]['result'];

/** Serves the requests of the main thread for all connections of this thread. */
export class DrainService {
  /** Prepares the thread. @param modules URLs of the backends to load first */
  static async start(modules: readonly string[]): Promise<DrainService> {
    const service = new DrainService();
    const { isWritable, pipeBuf } = wirePlatform();
    serveBlockedThread(
      isWritable === null ? null : { bytes: pipeBuf, isWritable },
      (error, fallback) => service.#fallbacks.push({ fallback, error: recordError(error) }),
    );
    await preloadBackends(modules);
    return service;
  }

  readonly #children = new Map<number, HostedChild>();
  /** Sent with the result of the next spawn, for the main thread to report. */
  readonly #fallbacks: FallbackRecord[] = [];

  /** @throws (as rejection) the error that the main thread throws */
  async handle(request: Request): Promise<Result> {
    if (request.kind === 'spawn') return this.#spawn(request);
    const { connection } = request;
    const child = this.#children.get(connection);
    if (child === undefined) {
      const result = AFTER_FINAL_REPORT[request.kind];
      if (result !== undefined) return result;
      throw new Error(`There is no connection ${connection} for the request '${request.kind}'.`);
    }
    switch (request.kind) {
      case 'snapshot':
        return child.process.snapshot();
      case 'lines':
        return child.lines.takeAll();
      case 'ending':
        return child.ending;
      case 'kill':
        return child.kill(request.signal);
      case 'cancelConnectWatchdog':
        child.process.cancelConnectWatchdog();
        return null;
      case 'releaseStderr':
        child.releaseStderr();
        return null;
      case 'wait':
        return this.#finish(request, child, await child.wait(request.surface, request.timeoutMs));
      case 'dispose':
        return this.#finish(request, child, await child.dispose());
    }
  }

  release(connection: number): void {
    const child = this.#children.get(connection);
    void child?.process.exited.then(() => this.#children.delete(connection));
  }

  async #spawn({ connection, request }: Extract<Request, { kind: 'spawn' }>) {
    const child = await HostedChild.start(request);
    this.#children.set(connection, child);
    return { backend: child.backend, fallbacks: this.#fallbacks.splice(0) };
  }

  /** Drops the connection. If another process still holds its stderr, it is dropped once that is closed. */
  #finish({ connection }: Request, child: HostedChild, report: FinalReport): FinalReport {
    const forget = () => this.#children.delete(connection);
    if (report.snapshot.ended === 'abandoned') void child.closed.then(forget);
    else forget();
    return report;
  }
}

/** Results for a dropped connection. Its final report, which contains everything, was already sent. */
const AFTER_FINAL_REPORT: { readonly [Kind in RequestKind]?: Requests[Kind]['result'] } = {
  kill: false,
  ending: null,
  cancelConnectWatchdog: null,
  releaseStderr: null,
  dispose: null,
  lines: { lines: packLines([]), dropped: 0 },
};
