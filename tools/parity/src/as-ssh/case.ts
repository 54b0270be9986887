/** The same line of bash, once with plain ssh and once with `rsync-io-ssh` in its place. */
export interface Case {
  /** Begins with `as-ssh-`, so that `--only as-ssh` selects the family. */
  readonly name: string;
  readonly title: string;
  /** Programs apart from bash and ssh that the line uses. */
  readonly needs?: readonly string[];
  /**
   * Run by bash in an empty folder, after {@link PRELUDE}. `$SSH` is ssh with its configuration, `$PROGRAM` and
   * `$CONF` are its two parts, and `$HOST` is the server.
   */
  readonly line: string;
  /** Run on a terminal, whose screen is compared instead of stdout and stderr. */
  readonly terminal?: true;
  /** On a terminal: what to type once a text has appeared after the previous one. */
  readonly keys?: readonly (readonly [after: string, typed: string])[];
  /** Options of `rsync-io-ssh` itself. */
  readonly own?: readonly string[];
  /** Whether `rsync-io-ssh` may explain the failure. Elsewhere an explanation is a difference. */
  readonly explained?: true;
  /** A text that plain ssh must produce, so that the case cannot pass because its setup failed. */
  readonly shows: RegExp;
  readonly documented?: DocumentedDifference;
}

/** A difference that the README of packages/ssh states. */
export interface DocumentedDifference {
  /** A phrase of that README. */
  readonly where: string;
  readonly aspects: readonly Aspect[];
  /** `always`: it is an error if the difference does not appear, because the README is then out of date. */
  readonly appears: 'always' | 'sometimes';
}

export const ASPECTS = ['status', 'stdout', 'stderr', 'files', 'screen'] as const;
export type Aspect = (typeof ASPECTS)[number];

/** Functions for the lines. */
export const PRELUDE = String.raw`
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
`;
