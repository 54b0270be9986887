import { STDERR_BUFFER_CAP } from '@rsync-io/aux-channel';
import type { Combination } from '../matrix/combination.js';
import type { FaultCase } from '../matrix/fault-case.js';
import { type Fault, makeCase, TALK } from './make-case.js';

const SIGNALS = [
  'SIGTERM',
  'SIGKILL',
  'SIGHUP',
  'SIGINT',
  'SIGSEGV',
  'SIGABRT',
  'SIGUSR1',
] as const;
const signalled = (signal: string) => ({ code: null, signal });

/** What lives on holds nothing of the wire; fd 2 is the question. */
const ASIDE = '<&- >&-';
/** The capture is complete at the exit, whoever still holds fd 2. */
const MAY_BE_HELD = { ended: ['abandoned', 'eof'] };

const faults: readonly Fault[] = [
  ...SIGNALS.map((signal) => ({
    title: `killed by ${signal}`,
    order: { script: `cat; cat "$PAYLOAD" >&2; kill -${signal.slice(3)} $$; sleep 5` },
    expect: { status: signalled(signal) },
  })),
  {
    title: 'stopped for a while, and continued',
    order: { script: `(sleep 0.3; kill -CONT $$) ${ASIDE} 2>&- & kill -STOP $$; ${TALK}` },
  },
  {
    title: 'stopped in the middle of what it says',
    order: {
      payloadBytes: 300_000,
      script: `(sleep 0.3; kill -CONT $$) ${ASIDE} 2>&- & head -c 1000 "$PAYLOAD" >&2; kill -STOP $$; tail -c +1001 "$PAYLOAD" >&2; cat; exit 3`,
    },
  },
  {
    title: 'stopped, and killed while it is',
    order: {
      script: `cat "$PAYLOAD" >&2; (sleep 0.2; kill -KILL $$) ${ASIDE} 2>&- & kill -STOP $$`,
    },
    expect: { status: signalled('SIGKILL'), echo: null },
  },
  {
    title: 'closes fd 2 early',
    order: { script: 'cat "$PAYLOAD" >&2; exec 2>&-; cat; exit 3' },
  },
  {
    title: 'closes stdout early',
    order: { script: `exec >&-; cat "$PAYLOAD" >&2; cat >/dev/null; exit 3` },
    expect: { echo: null },
  },
  {
    title: 'never reads its stdin',
    order: { wireBytes: 1_000_000, script: 'exec <&-; cat "$PAYLOAD" >&2; exit 3' },
    expect: {
      echo: null,
      ways: [{ kind: 'wire error', codes: ['EPIPE', 'ECONNRESET'] }],
    },
  },
  {
    title: 'becomes another program',
    order: { script: `cat; exec /bin/sh -c 'cat "$PAYLOAD" >&2; exit 3'` },
  },
  {
    title: 'hands its work to a re-parented process',
    order: { script: `cat; (cat "$PAYLOAD" >&2; sleep 0.2) ${ASIDE} & wait $!; exit 3` },
  },
  {
    title: 'leaves a daemon that holds fd 2',
    order: { script: `(sleep 20 ${ASIDE} &) ; ${TALK}` },
    expect: MAY_BE_HELD,
  },
  {
    title: 'leaves a daemon that goes on writing',
    order: {
      script: `(while sleep 0.02; do echo daemon >&2 || exit; done) ${ASIDE} 2>"$FOLDER/daemon" & ${TALK}`,
    },
  },
  {
    title: 'leaves a daemon of its daemon',
    order: { script: `( ( sleep 20 ${ASIDE} & ) & ) ; ${TALK}` },
    expect: MAY_BE_HELD,
  },
  {
    title: 'exits before anything is attached',
    order: { script: 'exit 3', wireBytes: 0, payloadBytes: 0 },
  },
  {
    title: 'says all and exits before anything is attached',
    order: { script: 'cat "$PAYLOAD" >&2; exit 3', wireBytes: 0 },
  },
  {
    title: 'thirty that end at once',
    order: {
      connections: 30,
      wireBytes: 0,
      payloadBytes: 13,
      script: 'cat "$PAYLOAD" >&2; exit 3',
    },
  },
  ...[-1, 0, 1].map((more) => ({
    title: `says ${STDERR_BUFFER_CAP + more} bytes`,
    order: { payloadBytes: STDERR_BUFFER_CAP + more },
  })),
  { title: 'a flood at its end', order: { payloadBytes: 3_000_000 } },
  {
    title: 'a flood, then killed',
    order: { payloadBytes: 1_000_000, script: 'cat; cat "$PAYLOAD" >&2; kill -KILL $$' },
    expect: { status: signalled('SIGKILL') },
  },
  {
    title: 'a flood, and a daemon that holds fd 2',
    order: { payloadBytes: 1_000_000, script: `(sleep 20 ${ASIDE} &) ; ${TALK}` },
    expect: MAY_BE_HELD,
  },
];

/** The caller ends it: it says that it runs by one line on stdout, without another process, and would go on. */
const ended = (combination: Combination): Fault[] => [
  ...(['SIGTERM', 'SIGKILL'] as const).map((signal) => ({
    title: `ended by kill(${signal})`,
    order: {
      script: `cat "$PAYLOAD" >&2; read -r word; echo "$word"; exec sleep 20`,
      during: { kind: 'kill' as const, signal },
    },
    expect: { status: signalled(signal), echo: null },
  })),
  {
    title: 'ended by disposal',
    order: {
      script: `cat "$PAYLOAD" >&2; read -r word; echo "$word"; exec sleep 20`,
      during: { kind: 'dispose' },
    },
    expect: { status: signalled('SIGTERM'), echo: null, ended: ['eof', 'shutdown'] },
  },
  ...(combination.transport === 'async'
    ? [
        {
          title: 'ended by an abort signal',
          order: {
            script: `cat "$PAYLOAD" >&2; read -r word; echo "$word"; exec sleep 20`,
            during: { kind: 'abort' as const },
          },
          expect: { ways: [{ kind: 'error' as const, name: 'Error', codes: [null] }] },
        },
      ]
    : []),
];

export const childCases = (combination: Combination): FaultCase[] =>
  [...faults, ...ended(combination)].map((fault) => makeCase(combination, 'child', fault));
