import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { StderrBackend } from '@rsync-io/aux-channel';
import type { LogSession } from './session-log.js';

const require = createRequire(import.meta.url);

/**
 * The backends for the blocking transport, whose lines arise in its drain thread while this one is
 * blocked: the module that the thread loads for each of them writes the log there.
 */
export function loggedBackends(
  backends: readonly StderrBackend[],
  session: LogSession,
): StderrBackend[] {
  const root = pathToFileURL(require.resolve('@rsync-io/ssh/package.json'));
  return backends.map((backend) => {
    const module = new URL('dist/log/thread-backend.js', root);
    module.searchParams.set('backend', backend.module);
    module.searchParams.set('session', JSON.stringify(session));
    return { name: backend.name, module: module.href, open: () => backend.open() };
  });
}
