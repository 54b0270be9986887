import type { Case } from './case.ts';
import { SLEEP } from './cases.ts';

const ESCAPES = String.raw`$SSH $HOST 'printf "a\033]0;title\007 \033[2Cb \351\n" >&2'`;

/** On a terminal. */
export const terminalCases: readonly Case[] = [
  {
    name: 'as-ssh-terminal',
    title: 'a session on a terminal, with output on both streams',
    line: `$SSH -t $HOST 'test -t 0 && echo terminal; exit 5'; echo $?; $SSH $HOST 'echo error >&2'`,
    terminal: true,
    shows: /terminal[^]*closed\.\n5\nerror/,
  },
  {
    name: 'as-ssh-ctrl-c',
    title: 'Ctrl-C ends ssh and is not explained',
    line: `trap : INT; $SSH ${SLEEP}; echo $?; left`,
    terminal: true,
    keys: [['ready', '\x03']],
    shows: /255\nno process left/,
  },
  {
    name: 'as-ssh-disconnect',
    title: 'the escape ~. closes the connection',
    line: `$SSH -t ${SLEEP}; echo $?; left`,
    terminal: true,
    keys: [['ready', '\r~.']],
    explained: true,
    shows: /closed\.\n255\nno process left/,
  },
  {
    name: 'as-ssh-suspend',
    title: 'the escape ~^Z suspends the command, and fg continues it',
    line: `set -m; $SSH -t $HOST 'echo ready; sleep 2; exit 7'; echo $?; fg >/dev/null; echo $?`,
    terminal: true,
    keys: [['ready', '\r~\x1a']],
    shows: /148\n[^]*\n7\n/,
  },
  {
    name: 'as-ssh-password',
    title: 'a wrong password',
    line: `
      $SSH -o BatchMode=no -o PubkeyAuthentication=no -o NumberOfPasswordPrompts=2 $HOST true
      echo $?`,
    terminal: true,
    keys: [
      ['password: ', 'wrong\r'],
      ['password: ', 'wrong\r'],
    ],
    explained: true,
    shows: /try again[^]*Permission denied \([^]*255/,
    documented: {
      where: 'after a wrong password the next prompt can appear before',
      aspects: ['screen'],
      appears: 'sometimes',
    },
  },
  {
    name: 'as-ssh-escapes',
    title: 'control sequences on a terminal',
    line: ESCAPES,
    terminal: true,
    shows: /^title: title\na {3}b/m,
    documented: {
      where: 'control sequences, the bell and bytes that are not text are shown escaped',
      aspects: ['screen'],
      appears: 'always',
    },
  },
  {
    name: 'as-ssh-escapes-raw',
    title: 'control sequences on a terminal, with --policy raw',
    line: ESCAPES,
    terminal: true,
    own: ['--policy', 'raw'],
    shows: /^title: title\na {3}b/m,
  },
];
