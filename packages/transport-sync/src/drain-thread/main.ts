import { readlinkSync } from 'node:fs';
import path from 'node:path';
import { workerData } from 'node:worker_threads';
import { recordError } from '../error-record.js';
import type { DrainThreadData, Message, Reply, Request } from '../protocol.js';
import { ThreadSlot, ThreadState } from '../slots.js';

// The file that the Worker runs. Its event loop handles the spawns, drains, forwarding, timers and exits
// of all connections. It must not block, because `process.exit()` in the main thread would then hang.

const data = workerData as DrainThreadData | null;
if (data === null) {
  throw new Error('This is the drain thread of @rsync-io/transport-sync: SshConnection starts it.');
}
const { port, slots, modules } = data;

function post(reply: Reply): void {
  port.postMessage(reply);
  Atomics.add(slots, ThreadSlot.replies, 1);
  Atomics.notify(slots, ThreadSlot.replies);
}

// A blocked main thread receives neither the `error` nor the `exit` event of its Worker.
process.on('uncaughtExceptionMonitor', (error) => post({ fatal: recordError(error) }));
process.on('exit', () => {
  Atomics.store(slots, ThreadSlot.state, ThreadState.dead);
  Atomics.add(slots, ThreadSlot.replies, 1);
  Atomics.notify(slots, ThreadSlot.replies);
});
Atomics.store(slots, ThreadSlot.threadId, threadId());

// Imported dynamically, so that a failure to load is reported to the main thread.
const { DrainService } = await import('./drain-service.js');
const service = await DrainService.start(modules);
port.on('message', (message: Message) => {
  if (message.kind === 'ping') Atomics.add(slots, ThreadSlot.beats, 1);
  else if (message.kind === 'release') service.release(message.connection);
  else void reply(message);
});
Atomics.store(slots, ThreadSlot.state, ThreadState.running);

async function reply(request: Request): Promise<void> {
  try {
    post({ id: request.id, value: await service.handle(request) });
  } catch (error) {
    post({ id: request.id, error: recordError(error) });
  }
}

/** Linux only. Works because synchronous `fs` calls run on the calling thread. */
function threadId(): number {
  try {
    return Number(path.basename(readlinkSync('/proc/thread-self')));
  } catch {
    return 0;
  }
}
