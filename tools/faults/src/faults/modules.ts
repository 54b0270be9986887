import { fileURLToPath } from 'node:url';
import { RESULT, spawnError, type Way } from '../judge/expectation.js';
import type { Combination } from '../matrix/combination.js';
import type { FaultCase } from '../matrix/fault-case.js';
import type { BackendFault } from '../matrix/probe-order.js';
import { type Fault, makeCase } from './make-case.js';

const WITHOUT_KOFFI = fileURLToPath(new URL('./without-koffi.js', import.meta.url));

const toPipe: Way = { kind: 'fallback', backend: 'pipe' };
const error = (name: string, ...codes: string[]): Way => ({ kind: 'error', name, codes });

/** Programs that cannot be started. */
const unstartable: readonly Fault[] = [
  {
    title: 'a program that is not there',
    order: { program: '/nonexistent/program' },
    expect: { ways: [spawnError('ENOENT')] },
  },
  {
    title: 'a program without permission',
    order: { program: '/etc/passwd' },
    expect: { ways: [spawnError('EACCES')] },
  },
  {
    title: 'a folder as the program',
    order: { program: '/tmp' },
    expect: { ways: [spawnError('EACCES')] },
  },
  {
    title: 'arguments too many for the system',
    order: { padding: { count: 60, bytes: 100_000 } },
    expect: { ways: [spawnError('E2BIG')] },
  },
  {
    title: 'one argument too long for the system',
    order: { padding: { count: 1, bytes: 200_000 } },
    expect: { ways: [spawnError('E2BIG')] },
  },
  {
    title: 'a working directory that is not there',
    order: { cwd: '/nonexistent' },
    expect: { ways: [spawnError('ENOENT')] },
  },
  {
    title: 'a file as the working directory',
    order: { cwd: '/etc/passwd' },
    expect: { ways: [spawnError('ENOTDIR')] },
  },
];

function withoutKoffi({ transport, backend }: Combination): Fault {
  const ways: Way[] =
    transport === 'sync'
      ? [error('WireUnavailableError', 'ERR_WIRE_UNAVAILABLE')]
      : [backend === 'socketpair' ? toPipe : RESULT];
  return {
    title: 'koffi is not installed',
    // The connection before the section would be told of it, and later ones not again.
    order: { warmUp: transport === 'sync' ? 'none' : 'pipe' },
    nodeOptions: ['--import', WITHOUT_KOFFI],
    expect: { ways, nextWorks: transport === 'async' },
  };
}

const openFails: readonly BackendFault[] = ['rejects', 'throws', 'rejects with a string'];
const threadEnds: readonly BackendFault[] = [
  'exits its thread',
  'throws in its thread',
  'freezes its thread',
  'fills the heap of its thread',
];

/** The child of a thread that ends: it would go on. */
const LIVES = 'exec sleep 20';

function backends({ transport, backend }: Combination): Fault[] {
  if (backend === 'inherit') return [];
  const faulty = (does: BackendFault): Pick<Fault, 'order'> => ({
    order: { arrange: { kind: 'backend', does } },
  });
  const failing = openFails.map((does) => ({
    title: `a backend that ${does}`,
    ...faulty(does),
    expect: { ways: [toPipe] },
  }));
  if (transport === 'async') return failing;
  return [
    ...failing,
    {
      title: 'a backend that cannot be loaded',
      ...faulty('cannot be loaded'),
      expect: { ways: [toPipe] },
    },
    ...threadEnds.map((does) => ({
      title: `a backend that ${does}`,
      order: { ...faulty(does).order, script: LIVES },
      expect: { ways: [error('DrainThreadLostError', 'ERR_DRAIN_THREAD_LOST')] },
    })),
    ...threadEnds.map((does) => ({
      title: `a backend that ${does} under three connections`,
      order: { ...faulty(does).order, script: LIVES, connections: 3 },
      expect: { ways: [error('DrainThreadLostError', 'ERR_DRAIN_THREAD_LOST')] },
    })),
  ];
}

/** Functions of the caller. With an inherited fd 2 nobody calls them. */
function callbacks({ transport, backend }: Combination): Fault[] {
  if (backend === 'inherit') return [];
  const queue: Fault = {
    title: 'a queue of one line',
    order: { arrange: { kind: 'queue of one line' } },
  };
  if (transport === 'sync') return [queue];
  return [
    queue,
    { title: 'a listener that throws', order: { arrange: { kind: 'listener throws' } } },
    {
      title: 'a sink that throws',
      order: { arrange: { kind: 'sink throws' } },
      expect: { shown: null },
    },
    {
      title: 'a sink that is destroyed',
      order: { arrange: { kind: 'sink is destroyed' } },
      expect: { shown: null },
    },
  ];
}

export const moduleCases = (combination: Combination): FaultCase[] =>
  [
    ...unstartable,
    withoutKoffi(combination),
    ...backends(combination),
    ...callbacks(combination),
  ].map((fault) => makeCase(combination, 'module', fault));
