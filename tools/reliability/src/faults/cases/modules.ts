import type { Combination } from '../combination.ts';
import { error, fallbackTo, RESULT, spawnError, THREAD_LOST } from '../expectation.ts';
import type { BackendFault } from '../probe-config.ts';
import type { Fault } from './make-case.ts';

export const moduleFaults = (combination: Combination): readonly Fault[] => [
  ...unstartable,
  withoutKoffi(combination),
  ...backends(combination),
  ...callbacks(combination),
];

const refused = (title: string, config: NonNullable<Fault['config']>, code: string): Fault => ({
  title,
  config,
  expect: { allowedOutcomes: [spawnError(code)] },
});

const unstartable = [
  refused('a missing program', { program: '/nonexistent/program' }, 'ENOENT'),
  refused('a program without permission', { program: '/etc/passwd' }, 'EACCES'),
  refused('a folder as the program', { program: '/tmp' }, 'EACCES'),
  refused('too many arguments', { padding: { count: 60, bytes: 100_000 } }, 'E2BIG'),
  refused('a too long argument', { padding: { count: 1, bytes: 200_000 } }, 'E2BIG'),
  refused('a missing working directory', { cwd: '/nonexistent' }, 'ENOENT'),
  refused('a file as the working directory', { cwd: '/etc/passwd' }, 'ENOTDIR'),
];

function withoutKoffi({ transport, backend }: Combination): Fault {
  const isSync = transport === 'sync';
  const outcome = isSync
    ? error('WireUnavailableError', 'ERR_WIRE_UNAVAILABLE')
    : backend === 'socketpair'
      ? fallbackTo('pipe')
      : RESULT;
  return {
    title: 'koffi is not installed',
    // The fallback is reported once per process; the warm-up must not cause it.
    config: { warmUp: isSync ? 'none' : 'pipe' },
    // `{programs}`: the folder of the compiled programs.
    nodeOptions: ['--import', '{programs}/without-koffi.mjs'],
    expect: { allowedOutcomes: [outcome], nextWorks: !isSync },
  };
}

/** The child of a drain thread that ends: it would run on. */
const RUNS_ON = 'exec sleep 20';

function backends({ transport, backend }: Combination): Fault[] {
  if (backend === 'inherit') return [];
  const failing = (fault: BackendFault): Fault => ({
    title: `a backend that ${fault}`,
    config: { arrange: { kind: 'backend', fault } },
    expect: { allowedOutcomes: [fallbackTo('pipe')] },
  });
  const openFails = (['rejects', 'throws', 'rejects with a string'] as const).map(failing);
  if (transport === 'async') return openFails;
  const threadEnds = (connections: number) =>
    (['exits its thread', 'throws in its thread', 'fills the heap of its thread'] as const).map(
      (fault): Fault => ({
        title: `a backend that ${fault}${connections > 1 ? ` under ${connections} connections` : ''}`,
        config: { arrange: { kind: 'backend', fault }, script: RUNS_ON, connections },
        expect: { allowedOutcomes: [THREAD_LOST] },
      }),
    );
  // A slow thread is not a lost one.
  const survives = (['cannot be loaded', 'freezes its thread'] as const).map(failing);
  return [...openFails, ...survives, ...threadEnds(1), ...threadEnds(3)];
}

/** Callbacks of the caller, which are not called if fd 2 is inherited. */
function callbacks({ transport, backend }: Combination): Fault[] {
  if (backend === 'inherit') return [];
  const fault = (
    title: string,
    kind: 'queue of one line' | 'listener throws' | 'sink throws' | 'sink is destroyed',
    expect = {},
  ): Fault => ({ title, config: { arrange: { kind } }, expect });
  const queue = fault('a queue of one line', 'queue of one line');
  if (transport === 'sync') return [queue];
  return [
    queue,
    fault('a listener that throws', 'listener throws'),
    fault('a sink that throws', 'sink throws', { shown: null }),
    fault('a sink that is destroyed', 'sink is destroyed', { shown: null }),
  ];
}
