export const usage = `Usage: rsync-io-ssh [own options] [ssh options] [user@]host [command ...]

A drop-in replacement for ssh in programs that start it (rsync -e rsync-io-ssh, GIT_SSH_COMMAND, scp -S).
All arguments, stdin and stdout are passed to ssh. Its stderr is drained and shown, and a failure is
explained in one line. Exits with the status of ssh, or with the signal that ended ssh, or with 255 if ssh
cannot be started.

Own options, which must precede those of ssh:
  --log FILE                   append each line of stderr to FILE as JSON, then a record with the exit
                               status, the explanation and counters; no line is dropped
  --explain on|off             explain a failure on stderr (default: on)
  --policy auto|raw|lossy|escape
                               how to show stderr; auto escapes control sequences on a terminal and
                               passes every byte elsewhere (default: auto)
  --help, --version

Environment:
  RSYNC_IO_STDERR_CHANNEL=off  let ssh inherit stderr; nothing is captured or explained
  RSYNC_IO_SSH_PROGRAM=PATH    the ssh program to start (default: ssh)
`;
