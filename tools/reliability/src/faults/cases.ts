import { childFaults } from './child-cases.ts';
import {
  type Combination,
  COMBINATIONS,
  type Fault,
  type FaultCase,
  type FaultGroup,
  makeCase,
} from './fault-case.ts';
import type { ProbeConfig } from './probe/config.ts';

/** All cases but the system calls, which `calibrate.ts` counts first. */
export const plainCases = (): FaultCase[] => COMBINATIONS.flatMap(casesOf);

function casesOf(combination: Combination): FaultCase[] {
  const groups: [FaultGroup, readonly Fault[]][] = [
    ['descriptors', descriptorFaults],
    ['module', [...unstartable, withoutKoffi(combination), ...callbackFaults(combination)]],
    ['fd 2', stderrFaults(combination)],
    ['child', childFaults(combination)],
  ];
  return groups.flatMap(([group, faults]) =>
    faults.map((fault) => makeCase(combination, group, fault)),
  );
}

/** The process runs out of descriptors at every possible point; a spawn needs fewer than this. */
const descriptorFaults = Array.from({ length: 15 }, (_, spare): Fault => ({
  title: `${spare} to spare`,
  spare,
  before: 'ulimit -n 96',
  allow: 'works|backend (inherit|pipe)|SpawnError EMFILE',
}));

const refused = (title: string, code: string, config: Partial<ProbeConfig>): Fault => ({
  ...{ title, ...config },
  allow: `SpawnError ${code}`,
});

const unstartable = [
  refused('a missing program', 'ENOENT', { program: '/nonexistent/program' }),
  refused('a program without permission', 'EACCES', { program: '/etc/passwd' }),
  refused('a folder as the program', 'EACCES', { program: '/tmp' }),
  refused('too many arguments', 'E2BIG', { padding: [60, 100_000] }),
  refused('a too long argument', 'E2BIG', { padding: [1, 200_000] }),
  refused('a missing working directory', 'ENOENT', { cwd: '/nonexistent' }),
  refused('a file as the working directory', 'ENOTDIR', { cwd: '/etc/passwd' }),
];

function withoutKoffi({ transport, backend }: Combination): Fault {
  const title = 'koffi is not installed';
  // `{programs}`: the folder of the compiled programs.
  const nodeOptions = ['--import', '{programs}/without-koffi.mjs'];
  if (transport === 'sync') {
    const allow = 'WireUnavailableError ERR_WIRE_UNAVAILABLE';
    return { title, nodeOptions, allow, warmUp: 'none', nextFails: true };
  }
  // The fallback is reported once per process; the warm-up must not cause it.
  const allow = backend === 'socketpair' ? 'backend pipe' : 'works';
  return { title, nodeOptions, allow, warmUp: 'pipe' };
}

export const THREAD_LOST = 'DrainThreadLostError ERR_DRAIN_THREAD_LOST';

/** Backends and callbacks of the caller, which are not used if fd 2 is inherited. */
function callbackFaults({ transport, backend }: Combination): Fault[] {
  if (backend === 'inherit') return [];
  const allow = backend === 'pipe' ? '1 fallbacks reported' : 'backend pipe';
  const fallsBack = (['rejects', 'throws', 'rejects with a string'] as const).map(
    (backendFault): Fault => ({ title: `a backend that ${backendFault}`, backendFault, allow }),
  );
  const queue = { title: 'a queue of one line', arrange: 'queue of one line' } as const;
  if (transport === 'async') {
    return [
      ...fallsBack,
      queue,
      { title: 'a listener that throws', arrange: 'listener throws' },
      { title: 'a sink that throws', arrange: 'sink throws', allow: 'works|fd 2 cut' },
      { title: 'a sink that is destroyed', arrange: 'sink is destroyed', allow: 'works|fd 2 cut' },
    ];
  }
  // A slow thread is not a lost one.
  const survives = (['cannot be loaded', 'freezes its thread'] as const).map(
    (backendFault): Fault => ({ title: `a backend that ${backendFault}`, backendFault, allow }),
  );
  const ends = [1, 3].flatMap((connections) =>
    (['exits its thread', 'throws in its thread', 'fills the heap of its thread'] as const).map(
      (backendFault): Fault => ({
        title: `a backend that ${backendFault}, under ${connections} connections`,
        ...{ backendFault, connections },
        // Longer than a busy machine needs to fill the heap.
        script: 'exec sleep 300',
        deadlineMs: 200_000,
        allow: THREAD_LOST,
      }),
    ),
  );
  return [...fallsBack, queue, ...survives, ...ends];
}

/** Size limit of files, more than a probe writes to others, and room for 100 bytes in its fd 2. */
const FILE_LIMIT = 'ulimit -f 4096; truncate -s $((4096 * 512 - 100)) stderr';
const pipeTo = (reader: string) => `mkfifo fifo; { ${reader}; } <fifo >stderr &`;
const READ_LATE = pipeTo('sleep 0.3; cat');
const READ_SLOWLY = pipeTo(
  'while head -c 4096 >slow && [ -s slow ]; do cat slow; sleep 0.005; done',
);

/** Where the probe's fd 2 leads. Showing less must affect neither the capture nor the wire. */
function stderrFaults({ backend }: Combination): Fault[] {
  const allow = 'works|fd 2 cut';
  const pipe = { stderr: '2>fifo', payloadBytes: 200_000 };
  const nonBlocking = { ...pipe, arrange: 'fd 2 does not block' } as const;
  return [
    { title: 'closed at the start', stderr: '2>&-', allow },
    { title: 'a full device', stderr: '2>/dev/full', allow },
    {
      title: 'a pipe without a reader',
      before: 'mkfifo fifo; exec 3<>fifo 4>fifo 3<&-',
      stderr: '2>&4 4>&-',
      allow,
    },
    { title: 'a full pipe that is read late', before: READ_LATE, ...pipe },
    { title: 'a full pipe with O_NONBLOCK that is read late', before: READ_LATE, ...nonBlocking },
    { title: 'a pipe that is read slowly', before: READ_SLOWLY, ...pipe },
    { title: 'a pipe with O_NONBLOCK that is read slowly', before: READ_SLOWLY, ...nonBlocking },
    {
      title: 'a file at its limit',
      before: FILE_LIMIT,
      // Node ignores SIGXFSZ (setrlimit(2), RLIMIT_FSIZE); its children do not.
      allow: backend === 'inherit' ? 'SIGXFSZ(, fd 2 cut)?' : allow,
    },
  ];
}
