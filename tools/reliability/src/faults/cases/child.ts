import { STDERR_BUFFER_CAP } from '@rsync-io/aux-channel';
import type { Combination } from '../combination.ts';
import { error } from '../expectation.ts';
import { type Fault, TALK } from './make-case.ts';

const SIGNALS = [...['SIGTERM', 'SIGKILL', 'SIGHUP', 'SIGINT', 'SIGSEGV', 'SIGABRT', 'SIGUSR1']];
const signalled = (signal: string) => ({ code: null, signal });

/** A process that outlives the child must not hold the wire. */
const ASIDE = '<&- >&-';
/** The capture is complete at the exit even if another process holds fd 2. */
const MAY_BE_HELD = { ended: ['abandoned', 'eof'] };

const faults: readonly Fault[] = [
  ...SIGNALS.map((signal) => ({
    title: `killed by ${signal}`,
    config: { script: `cat; cat "$PAYLOAD" >&2; kill -${signal.slice(3)} $$; sleep 5` },
    expect: { status: signalled(signal) },
  })),
  {
    title: 'stopped for a while and continued',
    config: { script: `(sleep 0.3; kill -CONT $$) ${ASIDE} 2>&- & kill -STOP $$; ${TALK}` },
  },
  {
    title: 'stopped in the middle of its output',
    config: {
      payloadBytes: 300_000,
      script: `(sleep 0.3; kill -CONT $$) ${ASIDE} 2>&- & head -c 1000 "$PAYLOAD" >&2; kill -STOP $$; tail -c +1001 "$PAYLOAD" >&2; cat; exit 3`,
    },
  },
  {
    title: 'killed while it is stopped',
    config: {
      script: `cat "$PAYLOAD" >&2; (sleep 0.2; kill -KILL $$) ${ASIDE} 2>&- & kill -STOP $$`,
    },
    expect: { status: signalled('SIGKILL'), echo: null },
  },
  {
    title: 'closes fd 2 early',
    config: { script: 'cat "$PAYLOAD" >&2; exec 2>&-; cat; exit 3' },
  },
  {
    title: 'closes stdout early',
    config: { script: `exec >&-; cat "$PAYLOAD" >&2; cat >/dev/null; exit 3` },
    expect: { echo: null },
  },
  {
    title: 'never reads its stdin',
    config: { wireBytes: 1_000_000, script: 'exec <&-; cat "$PAYLOAD" >&2; exit 3' },
    expect: {
      echo: null,
      allowedOutcomes: [{ kind: 'wire error', codes: ['EPIPE', 'ECONNRESET'] }],
    },
  },
  {
    title: 'becomes another program',
    config: { script: `cat; exec /bin/sh -c 'cat "$PAYLOAD" >&2; exit 3'` },
  },
  {
    title: 'leaves its output to another process',
    config: { script: `cat; (cat "$PAYLOAD" >&2; sleep 0.2) ${ASIDE} & wait $!; exit 3` },
  },
  {
    title: 'leaves a daemon that holds fd 2',
    config: { script: `(sleep 20 ${ASIDE} &) ; ${TALK}` },
    expect: MAY_BE_HELD,
  },
  {
    title: 'leaves a daemon that keeps writing',
    config: {
      script: `(while sleep 0.02; do echo daemon >&2 || exit; done) ${ASIDE} 2>"$FOLDER/daemon" & ${TALK}`,
    },
  },
  {
    title: 'leaves a daemon of its daemon',
    config: { script: `( ( sleep 20 ${ASIDE} & ) & ) ; ${TALK}` },
    expect: MAY_BE_HELD,
  },
  {
    title: 'exits before anything is attached',
    config: { script: 'exit 3', wireBytes: 0, payloadBytes: 0 },
  },
  {
    title: 'writes everything and exits before anything is attached',
    config: { script: 'cat "$PAYLOAD" >&2; exit 3', wireBytes: 0 },
  },
  {
    title: 'thirty that end at once',
    config: {
      connections: 30,
      wireBytes: 0,
      payloadBytes: 13,
      script: 'cat "$PAYLOAD" >&2; exit 3',
    },
  },
  ...[-1, 0, 1].map((more) => ({
    title: `writes ${STDERR_BUFFER_CAP + more} bytes`,
    config: { payloadBytes: STDERR_BUFFER_CAP + more },
  })),
  { title: 'a flood at its end', config: { payloadBytes: 3_000_000 } },
  {
    title: 'a flood, then killed',
    config: { payloadBytes: 1_000_000, script: 'cat; cat "$PAYLOAD" >&2; kill -KILL $$' },
    expect: { status: signalled('SIGKILL') },
  },
  {
    title: 'a flood, and a daemon that holds fd 2',
    config: { payloadBytes: 1_000_000, script: `(sleep 20 ${ASIDE} &) ; ${TALK}` },
    expect: MAY_BE_HELD,
  },
];

/** Prints one line on stdout when it runs, without another process, and would run on. */
const RUNS_ON = `cat "$PAYLOAD" >&2; read -r word; echo "$word"; exec sleep 20`;

/** The caller ends the child. */
const ended = ({ transport }: Combination): Fault[] => [
  ...(['SIGTERM', 'SIGKILL'] as const).map((signal) => ({
    title: `ended by kill(${signal})`,
    config: { script: RUNS_ON, during: { kind: 'kill' as const, signal } },
    expect: { status: signalled(signal), echo: null },
  })),
  {
    title: 'ended by disposal',
    config: { script: RUNS_ON, during: { kind: 'dispose' } },
    expect: { status: signalled('SIGTERM'), echo: null, ended: ['eof', 'shutdown'] },
  },
  ...(transport === 'async'
    ? [
        {
          title: 'ended by an abort signal',
          config: { script: RUNS_ON, during: { kind: 'abort' as const } },
          expect: { allowedOutcomes: [error('Error', null)] },
        },
      ]
    : []),
];

export const childFaults = (combination: Combination): readonly Fault[] => [
  ...faults,
  ...ended(combination),
];
