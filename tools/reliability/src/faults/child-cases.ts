import { STDERR_BUFFER_CAP } from '@rsync-io/aux-channel';
import type { Combination, Fault } from './fault-case.ts';
import { TALK } from './probe/config.ts';

/** A process that outlives the child must not hold the wire. */
const ASIDE = '<&- >&-';
const AFTER_A_WHILE = (signal: string) => `(sleep 0.3; kill -${signal} $$) ${ASIDE} 2>&- &`;
/** The capture is complete at the exit even if another process holds fd 2. */
const MAY_BE_HELD = 'works|ended by abandoned';
/** Writes of an odd size, so that reads cross the end of the ring buffer. */
const IN_ODD_WRITES = 'cat; dd if="$PAYLOAD" bs=9001 >&2 2>/dev/null; exit 3';
/** Prints one line on stdout when it runs, without another process, and would run on. */
const RUNS_ON = `cat "$PAYLOAD" >&2; read -r word; echo "$word"; exec sleep 20`;

const signals = ['SIGTERM', 'SIGKILL', 'SIGHUP', 'SIGINT', 'SIGSEGV', 'SIGABRT', 'SIGUSR1'];

export const childFaults = ({ transport }: Combination): Fault[] => [
  ...signals.map((signal) => ({
    title: `killed by ${signal}`,
    script: `cat; cat "$PAYLOAD" >&2; kill -${signal.slice(3)} $$; sleep 5`,
    allow: signal,
  })),
  {
    title: 'stopped for a while and continued',
    script: `${AFTER_A_WHILE('CONT')} kill -STOP $$; ${TALK}`,
  },
  {
    title: 'stopped in the middle of its output',
    payloadBytes: 300_000,
    script: `${AFTER_A_WHILE('CONT')} head -c 1000 "$PAYLOAD" >&2; kill -STOP $$; tail -c +1001 "$PAYLOAD" >&2; cat; exit 3`,
  },
  {
    title: 'killed while it is stopped',
    script: `cat "$PAYLOAD" >&2; ${AFTER_A_WHILE('KILL')} kill -STOP $$`,
    allow: 'SIGKILL(, echo cut)?',
  },
  { title: 'closes fd 2 early', script: 'cat "$PAYLOAD" >&2; exec 2>&-; cat; exit 3' },
  {
    title: 'closes stdout early',
    script: 'exec >&-; cat "$PAYLOAD" >&2; cat >/dev/null; exit 3',
    allow: 'echo cut',
  },
  {
    title: 'never reads its stdin',
    wireBytes: 1_000_000,
    script: 'exec <&-; cat "$PAYLOAD" >&2; exit 3',
    allow: 'wire (EPIPE|ECONNRESET)',
  },
  { title: 'becomes another program', script: `cat; exec sh -c 'cat "$PAYLOAD" >&2; exit 3'` },
  {
    title: 'leaves its output to another process',
    script: `cat; (cat "$PAYLOAD" >&2; sleep 0.2) ${ASIDE} & wait $!; exit 3`,
  },
  {
    title: 'leaves a daemon that holds fd 2',
    script: `(sleep 20 ${ASIDE} &) ; ${TALK}`,
    allow: MAY_BE_HELD,
  },
  {
    title: 'leaves a daemon that keeps writing',
    script: `(while sleep 0.02; do echo daemon >&2 || exit; done) ${ASIDE} 2>"$FOLDER/daemon" & ${TALK}`,
    allow: MAY_BE_HELD,
  },
  {
    title: 'leaves a daemon of its daemon',
    script: `( ( sleep 20 ${ASIDE} & ) & ) ; ${TALK}`,
    allow: MAY_BE_HELD,
  },
  {
    title: 'exits before anything is attached',
    script: 'exit 3',
    wireBytes: 0,
    payloadBytes: 0,
  },
  {
    title: 'writes everything and exits before anything is attached',
    script: 'cat "$PAYLOAD" >&2; exit 3',
    wireBytes: 0,
  },
  {
    title: 'thirty that end at once',
    connections: 30,
    wireBytes: 0,
    payloadBytes: 13,
    script: 'cat "$PAYLOAD" >&2; exit 3',
  },
  ...[-1, 0, 1].map((more) => ({
    title: `writes ${STDERR_BUFFER_CAP + more} bytes`,
    script: IN_ODD_WRITES,
    payloadBytes: STDERR_BUFFER_CAP + more,
  })),
  { title: 'a flood at its end', payloadBytes: 3_000_000, script: IN_ODD_WRITES },
  {
    title: 'a flood, then killed',
    payloadBytes: 1_000_000,
    script: 'cat; cat "$PAYLOAD" >&2; kill -KILL $$',
    allow: 'SIGKILL',
  },
  {
    title: 'a flood, and a daemon that holds fd 2',
    payloadBytes: 1_000_000,
    script: `(sleep 20 ${ASIDE} &) ; ${TALK}`,
    allow: MAY_BE_HELD,
  },
  ...(['SIGTERM', 'SIGKILL'] as const).map((signal) => ({
    title: `ended by kill(${signal})`,
    script: RUNS_ON,
    during: signal,
    // Output may be missing: the reader learns why.
    allow: transport === 'async' ? `${signal}, wire ERR_KILLED` : `${signal}, echo cut`,
  })),
  {
    title: 'ended by disposal',
    script: RUNS_ON,
    during: 'dispose',
    allow: `SIGTERM, (wire ERR_DISPOSED|echo cut)(, ended by shutdown)?`,
  },
  ...(transport === 'async'
    ? [
        {
          title: 'ended by an abort signal',
          script: RUNS_ON,
          during: 'abort' as const,
          allow: 'Error without a code',
        },
      ]
    : []),
];
