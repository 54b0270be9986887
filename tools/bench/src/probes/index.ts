import type { Sample } from '../metric.js';

// What the parameters are is between a case and its probes; they cross a process border as JSON.
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

/** What runs in a process of its own. Loaded by name, so that none carries the code of another. */
export const probes: Record<ProbeName, () => Promise<{ default: Probe }>> = {
  'drain-channel': () => import('./drain-channel.js'),
  'drain-node': () => import('./drain-node.js'),
  'lines-callback': () => import('./lines-callback.js'),
  'lines-queue': () => import('./lines-queue.js'),
  'lines-execa': () => import('./lines-execa.js'),
  'lines-readline': () => import('./lines-readline.js'),
  'lines-tinyexec': () => import('./lines-tinyexec.js'),
  'stalled-queue': () => import('./stalled-queue.js'),
  'blob-callback': () => import('./blob-callback.js'),
  'forward-channel': () => import('./forward-channel.js'),
  'forward-inherit': () => import('./forward-inherit.js'),
  'spawn-channel': () => import('./spawn-channel.js'),
  'spawn-inherit': () => import('./spawn-inherit.js'),
  'spawn-node': () => import('./spawn-node.js'),
  'spawn-connection': () => import('./spawn-connection.js'),
  'spawn-spawn-sync': () => import('./spawn-spawn-sync.js'),
  'many-async': () => import('./many-async.js'),
  'many-plain': () => import('./many-plain.js'),
  'many-sync': () => import('./many-sync.js'),
  sequential: () => import('./sequential.js'),
  'round-trip-async': () => import('./round-trip-async.js'),
  'round-trip-sync': () => import('./round-trip-sync.js'),
  'wire-async': () => import('./wire-async.js'),
  'wire-data': () => import('./wire-data.js'),
  'wire-spawn-sync': () => import('./wire-spawn-sync.js'),
  'wire-sync': () => import('./wire-sync.js'),
  'wait-grandchild': () => import('./wait-grandchild.js'),
};
