import { workerData } from 'node:worker_threads';
import { serveBlockedThread } from '@rsync-io/aux-channel/transport';
import { recordError } from '../error-record.js';
import type { DrainThreadData, Message, Reply } from '../protocol.js';
import { ThreadSlot, ThreadState } from '../slots.js';
import { wirePlatform } from '../wire/platform.js';
import { DrainService } from './drain-service.js';

// What the Worker runs: one event loop for spawn, drain, forwarding, timers and exits of all
// connections. Nothing here may block: `process.exit()` of the main thread would hang.

const { port, slots } = workerData as DrainThreadData;

function post(reply: Reply): void {
  port.postMessage(reply);
  Atomics.add(slots, ThreadSlot.replies, 1);
  Atomics.notify(slots, ThreadSlot.replies);
}

// A blocked main thread gets no `error` and no `exit` event of its Worker.
process.on('uncaughtExceptionMonitor', (error) => post({ fatal: recordError(error) }));
process.on('exit', () => {
  Atomics.store(slots, ThreadSlot.state, ThreadState.dead);
  Atomics.add(slots, ThreadSlot.replies, 1);
  Atomics.notify(slots, ThreadSlot.replies);
});

const service = new DrainService();

const { isWritable, pipeBuf } = wirePlatform();
serveBlockedThread({
  probe: isWritable === null ? null : { bytes: pipeBuf, isWritable },
  onFallback: (error, fallback) => service.keepFallback(error, fallback),
});

async function serve(message: Exclude<Message, { kind: 'ping' }>): Promise<void> {
  try {
    post({ id: message.id, value: await service.answer(message) });
  } catch (error) {
    post({ id: message.id, error: recordError(error) });
  }
}

port.on('message', (message: Message) => {
  if (message.kind === 'ping') Atomics.add(slots, ThreadSlot.beats, 1);
  else void serve(message);
});
Atomics.store(slots, ThreadSlot.state, ThreadState.running);
