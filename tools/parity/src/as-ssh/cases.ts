import type { Case } from './case.ts';

/** A user that the server does not know. */
const DENIED = '-l no-such-user $HOST true';
export const SLEEP = `$HOST 'echo ready; exec sleep 20'`;

/** ssh itself: status, streams, options. */
export const sshCases: readonly Case[] = [
  {
    name: 'as-ssh-streams',
    title: 'stdin, stdout and stderr arrive whole',
    line: `seq 1 200000 | $SSH $HOST 'cat; seq 1 20000 >&2' | cksum`,
    shows: /\n20000\n$/,
  },
  {
    name: 'as-ssh-exit-codes',
    title: 'exit codes 0, 1, 2, 127 and 255',
    line: `for code in 0 1 2 127 255; do $SSH $HOST "exit $code"; echo $?; done`,
    shows: /^0\n1\n2\n127\n255\n/,
  },
  {
    name: 'as-ssh-all-exit-codes',
    title: 'every exit code, over one shared connection',
    line: `
      "$PLAIN" -F $CONF -M -S $HERE/control -fN $HOST
      for code in {0..255}; do $SSH -S $HERE/control $HOST "exit $code"; echo $?; done
      "$PLAIN" -F $CONF -S $HERE/control -O exit $HOST 2>/dev/null`,
    shows: /^0\n1\n[^]*\n254\n255\n/,
  },
  {
    name: 'as-ssh-remote-signal',
    title: 'the remote command is killed by a signal',
    line: `$SSH $HOST 'kill -KILL $$'; echo $?; $SSH $HOST 'kill -TERM $$'; echo $?`,
    shows: /^255\n255\n/,
  },
  {
    name: 'as-ssh-usage',
    title: 'the version and the configuration',
    line: `$PROGRAM -V; $SSH -G $HOST`,
    shows: /hostname 127[^]*OpenSSH/,
  },
  {
    name: 'as-ssh-refused',
    title: 'connection refused, and an unknown host key',
    line: `$SSH -p 1 $HOST true; echo $?; $SSH -o UserKnownHostsFile=/dev/null $HOST true; echo $?`,
    explained: true,
    shows: /refused[^]*verification failed/,
  },
  {
    name: 'as-ssh-quiet',
    title: 'with -q, -E, -y and LogLevel=QUIET, a failure is not explained',
    line: `for o in -q -y '-E log' '-o LogLevel=QUIET'; do $SSH $o ${DENIED}; echo "$o $?"; done`,
    shows: /-q 255\n-y 255\n-E log 255\n-o LogLevel=QUIET 255\n/,
  },
  {
    name: 'as-ssh-raw-words',
    title: 'arguments and variables that are not UTF-8 arrive unchanged',
    line: String.raw`
      export LC_RAW=$'na\xefve\xff'
      $SSH -o SendEnv=LC_RAW $HOST $'printf "%s|" caf\xe9 "$LC_RAW" | od -An -tx1'`,
    shows: /63 61 66 e9 7c 6e 61 ef 76 65 ff 7c/,
  },
];

/** Signals, the background, limits. */
export const processCases: readonly Case[] = [
  {
    name: 'as-ssh-signals',
    title: 'signals end ssh, are not explained and leave no process behind',
    line: `for name in TERM HUP ALRM USR1 KILL; do signal $name $SSH ${SLEEP}; done`,
    shows: /TERM: 255\nno process left\nHUP: 255\n[^]*KILL: 137\nno process left\n/,
  },
  {
    name: 'as-ssh-tunnel',
    title: 'a tunnel (-N -L) is ended by SIGTERM',
    line: `signal TERM $SSH -N -L $PWD/socket:localhost:1 $HOST`,
    shows: /TERM: \d+\nno process left\n/,
  },
  {
    name: 'as-ssh-head',
    title: 'the reader of stdout leaves',
    line: `$SSH $HOST 'seq 1 1000000' | head -1; echo \${PIPESTATUS[0]}; left`,
    shows: /^1\n\d+\nno process left\n/,
  },
  {
    name: 'as-ssh-background',
    title: 'stderr after -f has sent ssh to the background',
    line: `$SSH -f $HOST 'sleep 1; echo late >&2'; echo $?; left`,
    shows: /^0\nno process left\nlate\n/,
  },
  {
    name: 'as-ssh-background-by-configuration',
    title: 'the same by ForkAfterAuthentication in a configuration file',
    line: `
      echo '  ForkAfterAuthentication yes' >> $CONF
      $SSH $HOST 'sleep 1; echo late >&2'; echo $?; left`,
    shows: /^0\nno process left\nlate\n/,
    documented: {
      where: 'The same setting in a configuration file is not seen',
      aspects: ['stderr'],
      appears: 'always',
    },
  },
  {
    name: 'as-ssh-nohup',
    title: 'under nohup, SIGHUP does not end the transfer',
    line: `
      nohup $SSH $HOST 'echo ready; sleep 1; echo survived' >out 2>err &
      ready; kill -HUP $!; wait $!; echo $?; cat out err`,
    shows: /^0\nready\nsurvived\n/,
  },
  {
    name: 'as-ssh-descriptors',
    title: 'ulimit -n 40',
    line: `ulimit -n 40; $SSH $HOST 'echo done'`,
    shows: /^done\n/,
  },
  {
    name: 'as-ssh-few-descriptors',
    title: 'ulimit -n 16',
    line: `ulimit -n 16 -c 0; $SSH $HOST 'echo done'`,
    shows: /^done\n/,
    documented: {
      where: 'Node needs about 20 file descriptors to start',
      aspects: ['status', 'stdout', 'stderr'],
      appears: 'always',
    },
  },
];
