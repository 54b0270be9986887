# The steps of `act.mjs` that a POSIX shell can do: it starts in a hundredth of the time that Node takes.
milliseconds() { echo "$(($1 / 1000)).$(printf %03d "$(($1 % 1000))")"; }

while [ $# -gt 0 ]; do
  argument=${1#*:}
  case $1 in
    out:*) printf %s "$argument" ;;
    err:*) printf %s "$argument" >&2 ;;
    zeros:*) head -c "$argument" /dev/zero ;;
    cat) cat ;;
    drain) cat >/dev/null ;;
    count) wc -c | tr -d ' ' ;;
    close:*) eval "exec $argument>&-" ;;
    line) read -r _ ;;
    # The last one leaves no process behind when this one is killed.
    sleep:*) if [ $# -gt 1 ]; then sleep "$(milliseconds "$argument")"; else exec sleep "$(milliseconds "$argument")"; fi ;;
    exit:*) exit "$argument" ;;
  esac
  shift
done
