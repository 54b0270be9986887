# Functions for the lines of as-ssh.yaml.
# Prints the processes of this case that do not end.
left() {
  local found
  for _ in {1..200}; do
    found=$(grep -slaFf "$HERE/pattern" /proc/[0-9]*/cmdline) || { echo 'no process left'; return; }
    sleep 0.05
  done
  echo "left: $found"
}
# Waits for the output, or the socket, of a command in the background.
ready() { until [ -s out ] || [ -S socket ]; do sleep 0.05; done; }
# Sends a signal to a command that is ready, and prints its status and its stderr.
signal() {
  local name=$1
  shift
  "$@" >out 2>err &
  ready
  { kill -"$name" $!; wait $!; } 2>/dev/null
  echo "$name: $?"
  cat err
  rm -f out err socket
  left
}
