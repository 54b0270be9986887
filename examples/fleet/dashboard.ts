import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { HonoAdapter } from '@bull-board/hono';
import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import type { Queue } from 'bullmq';
import { Hono } from 'hono';

/** Shows state, progress, log and explanation of each job, on this machine only: it has no login. */
export function serveDashboard(queue: Queue, port: number): AsyncDisposable {
  const adapter = new HonoAdapter(serveStatic).setBasePath('/');
  createBullBoard({ queues: [new BullMQAdapter(queue)], serverAdapter: adapter });
  const app = new Hono().route('/', adapter.registerPlugin());
  const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' });
  return {
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
    },
  };
}
