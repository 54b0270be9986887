import type { Sample } from '../metric.ts';

// The type of the parameters is known to a case and its probes; they are passed between processes as JSON.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Probe = (parameters: any) => Promise<Sample>;

export type ProbeName =
  | 'drain-channel'
  | 'drain-node'
  | 'lines-callback'
  | 'lines-queue'
  | 'lines-execa'
  | 'lines-readline'
  | 'lines-tinyexec'
  | 'stalled-queue'
  | 'blob-callback'
  | 'forward-channel'
  | 'forward-inherit'
  | 'spawn-channel'
  | 'spawn-inherit'
  | 'spawn-node'
  | 'spawn-connection'
  | 'spawn-spawn-sync'
  | 'many-async'
  | 'many-plain'
  | 'many-sync'
  | 'sequential'
  | 'round-trip-async'
  | 'round-trip-sync'
  | 'wire-async'
  | 'wire-data'
  | 'wire-spawn-sync'
  | 'wire-sync'
  | 'wait-grandchild';

/** The code of each measuring process. Loaded by name, so that no process loads the code of another. */
export const probes: Record<ProbeName, () => Promise<{ default: Probe }>> = {
  'drain-channel': () => import('./drain-channel.ts'),
  'drain-node': () => import('./drain-node.ts'),
  'lines-callback': () => import('./lines-callback.ts'),
  'lines-queue': () => import('./lines-queue.ts'),
  'lines-execa': () => import('./lines-execa.ts'),
  'lines-readline': () => import('./lines-readline.ts'),
  'lines-tinyexec': () => import('./lines-tinyexec.ts'),
  'stalled-queue': () => import('./stalled-queue.ts'),
  'blob-callback': () => import('./blob-callback.ts'),
  'forward-channel': () => import('./forward-channel.ts'),
  'forward-inherit': () => import('./forward-inherit.ts'),
  'spawn-channel': () => import('./spawn-channel.ts'),
  'spawn-inherit': () => import('./spawn-inherit.ts'),
  'spawn-node': () => import('./spawn-node.ts'),
  'spawn-connection': () => import('./spawn-connection.ts'),
  'spawn-spawn-sync': () => import('./spawn-spawn-sync.ts'),
  'many-async': () => import('./many-async.ts'),
  'many-plain': () => import('./many-plain.ts'),
  'many-sync': () => import('./many-sync.ts'),
  sequential: () => import('./sequential.ts'),
  'round-trip-async': () => import('./round-trip-async.ts'),
  'round-trip-sync': () => import('./round-trip-sync.ts'),
  'wire-async': () => import('./wire-async.ts'),
  'wire-data': () => import('./wire-data.ts'),
  'wire-spawn-sync': () => import('./wire-spawn-sync.ts'),
  'wire-sync': () => import('./wire-sync.ts'),
  'wait-grandchild': () => import('./wait-grandchild.ts'),
};
