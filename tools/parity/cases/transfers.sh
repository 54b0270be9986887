# Functions for the lines of transfers.yaml. Each line runs in a folder with from/ and to/.
from=from/ to=to/
# Copies $from into $to, one of which is remote, below the first argument. The rest are options of rsync,
# which replaces the shell.
copy() {
  local remote=$1
  shift
  if [ "$DIRECTION" = push ]; then
    exec rsync "$@" "$PWD/$from" "$remote/$to"
  else
    exec rsync "$@" "$remote/$from" "$PWD/$to"
  fi
}
transfer() { copy "$HOST:$PWD" -e "$SSH" "$@"; }
# Uses a daemon that the remote shell starts.
over_shell() { copy "$1" -a -e "$SSH" --rsync-path="rsync --config=$DAEMON_CONFIG"; }
# Uses the socket of a running daemon.
through_socket() {
  RSYNC_CONNECT_PROG="$SSH -W 127.0.0.1:${2:-$DAEMON_PORT} $HOST" copy "rsync://$1" -a
}
# Creates a large file, which takes seconds at a limited rate, and then a small one.
slow_files() {
  rm from/*
  head -c 400000 /dev/zero >from/a-first
  echo z >from/z-last
}
# Waits until the first of them arrives, or until rsync has removed it again.
is_arriving() { ls -A to | grep -q '^\.a-first\.'; }
first_arrives() { until is_arriving; do sleep 0.01; done; }
first_is_removed() { while is_arriving; do sleep 0.01; done; }
