/** The files with the code of the measuring processes, loaded by name, so that no process loads the others. */
export const files = {
  drain: () => import('./drain.ts'),
  forward: () => import('./forward.ts'),
  latency: () => import('./latency.ts'),
  lines: () => import('./lines.ts'),
  many: () => import('./many.ts'),
  'round-trip': () => import('./round-trip.ts'),
  spawn: () => import('./spawn.ts'),
  'wait-grandchild': () => import('./wait-grandchild.ts'),
  wire: () => import('./wire.ts'),
};

type Files = { [F in keyof typeof files]: Awaited<ReturnType<(typeof files)[F]>> };

/** `FILE.FUNCTION` */
export type ProbeName = { [F in keyof Files]: `${F}.${keyof Files[F] & string}` }[keyof Files];
