import { serveBlockedThread } from '@rsync-io/aux-channel/transport';
import { recordError } from '../error-record.js';
import type { DrainThreadData, Message, Reply, Request } from '../protocol.js';
import { ThreadSlot } from '../slots.js';
import { wirePlatform } from '../wire/platform.js';
import { DrainService } from './drain-service.js';
import { preloadBackends } from './load-backend.js';

/** Starts to answer the messages of the main thread. */
export async function serve(
  { port, slots, modules }: DrainThreadData,
  post: (reply: Reply) => void,
): Promise<void> {
  const service = new DrainService();
  const { isWritable, pipeBuf } = wirePlatform();
  serveBlockedThread({
    probe: isWritable === null ? null : { bytes: pipeBuf, isWritable },
    onFallback: (error, fallback) => service.keepFallback(error, fallback),
  });
  await preloadBackends(modules);

  const reply = async (request: Request) => {
    try {
      post({ id: request.id, value: await service.handle(request) });
    } catch (error) {
      post({ id: request.id, error: recordError(error) });
    }
  };
  port.on('message', (message: Message) => {
    if (message.kind === 'ping') Atomics.add(slots, ThreadSlot.beats, 1);
    else if (message.kind === 'release') service.release(message.connection);
    else void reply(message);
  });
}
