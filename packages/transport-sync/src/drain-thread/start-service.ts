import { serveBlockedThread } from '@rsync-io/aux-channel/transport';
import { wirePlatform } from '../wire/platform.js';
import { DrainService } from './drain-service.js';
import { preloadBackends } from './load-backend.js';

/** @param modules URLs of the backends to load first */
export async function startService(modules: readonly string[]): Promise<DrainService> {
  const service = new DrainService();
  const { isWritable, pipeBuf } = wirePlatform();
  serveBlockedThread({
    probe: isWritable === null ? null : { bytes: pipeBuf, isWritable },
    onFallback: (error, fallback) => service.keepFallback(error, fallback),
  });
  await preloadBackends(modules);
  return service;
}
