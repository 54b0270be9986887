import { type Explanation, explained, type Rule } from './explanation.js';
import { explainMissingRsync } from './remote-command.js';
import { explainCode } from './rsync-codes.js';
import { isRsyncLine, type StderrText } from './text.js';

/** `rsync error: NAME (code N) at FILE(LINE) [ROLE=VERSION]` (rsync log.c, log_exit). */
const END_LINE =
  /^rsync (?:error|warning): .{1,160} \(code (\d{1,3})\) at \S+\(\d+\) \[(\w+)=[^\]]+\]$/;

const PROTOCOL = 2;
const START_CLIENT = 5;
const SOCKET = 10;
const STREAM = 12;
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

const uncleanShell: Rule = {
  kind: 'unclean-shell', // compat.c, setup_protocol
  pattern: /^protocol version mismatch -- is your shell clean\?$/,
  summary: 'the remote shell prints text of its own into the transfer',
  hint: 'Make its start-up files silent for sessions without a terminal: ssh HOST true must print nothing.',
};

/** Messages of rsync about a lost connection, or a daemon that is unreachable or rejects it, by exit code. */
const rulesByCode: Readonly<Record<number, readonly Rule[]>> = {
  [STREAM]: [
    {
      kind: 'connection-lost', // io.c, whine_about_eof
      pattern: /^rsync: connection unexpectedly closed \(\d+ bytes received so far\) \[\w+\]$/,
      summary: 'the other side ended the connection in the middle of the transfer',
      hint: 'See its messages above; check that its rsync starts, and that nothing there kills it.',
    },
  ],
  [SOCKET]: [
    {
      kind: 'dns', // socket.c, open_socket_out
      pattern: /^rsync: getaddrinfo: \S+ \d+: .+$/,
      summary: 'the host name does not resolve',
      hint: 'Check its spelling, and that DNS works.',
    },
    {
      kind: 'refused',
      pattern: /^rsync: (?:\[\w+\] )?failed to connect to \S+ \(\S+\): Connection refused \(\d+\)$/,
      summary: 'connection refused: no rsync daemon listens on that port',
      hint: 'Check the port, and that the daemon runs.',
    },
    {
      kind: 'timeout',
      pattern:
        /^rsync: (?:\[\w+\] )?failed to connect to \S+ \(\S+\): (?:Connection|Operation) timed out \(\d+\)$/,
      summary: 'the host did not answer in time',
      hint: 'Check the address and any firewall between.',
    },
    {
      kind: 'no-route',
      pattern:
        /^rsync: (?:\[\w+\] )?failed to connect to \S+ \(\S+\): (?:No route to host|Network is unreachable) \(\d+\)$/,
      summary: 'there is no route to the host',
      hint: 'Check the network or VPN on this side.',
    },
  ],
  [START_CLIENT]: [
    {
      kind: 'auth', // authenticate.c, auth_server; clientserver.c
      pattern: /^@ERROR: auth failed on module \S+$/,
      summary: "the rsync daemon did not accept the user's name or password",
      hint: 'Check the user in the address and the password (--password-file).',
    },
  ],
};

/** Whether ssh's lines are above those of a local rsync that did not wait for ssh's status (cleanup.c). */
export function lostItsRemoteShell({ lines }: StderrText, code: number): boolean {
  return code === STREAM && endCode(lines) === STREAM;
}

/** Whether a local rsync reports this status for a remote shell that printed nothing. */
export function isOnlyRsync({ lines }: StderrText, code: number): boolean {
  return lines.every(isRsyncLine) && endCode(lines) === code;
}

const endCode = (lines: readonly string[]) => Number(END_LINE.exec(lines.at(-1) ?? '')?.[1]);

/** Explains rsync's last line, which must name the status, and the lines above it. */
export function explainRsync({ lines }: StderrText, code: number): Explanation | null {
  const endLines = lines.flatMap((line, index) => {
    const match = END_LINE.exec(line);
    return match ? [{ index, line, code: Number(match[1]), role: match[2] }] : [];
  });
  const last = endLines.findLast((endLine) => endLine.code === code);
  const known = last && explainCode(code, last.line);
  if (!known) return null;
  // With -v rsync prints file names, which may look like anything, but none after the real last line.
  if (!lines.slice(last.index).every(isRsyncLine)) return null;
  const above = lines.slice(0, last.index);

  const missing = missingRsync(above, code);
  if (missing !== null) return missing;
  // If only the versions differ, both sides report it; if the stream contains other text, only one does.
  if (code === PROTOCOL && endLines.every(({ role }) => role === last.role)) {
    const line = above.find((candidate) => uncleanShell.pattern.test(candidate));
    if (line !== undefined) return explained(uncleanShell, line);
  }
  if (code === STREAM) {
    // The side that failed first reported the cause; the other side only lost the connection.
    const first = endLines.find((endLine) => endLine.code !== STREAM);
    const cause = first && explainCode(first.code, first.line);
    if (cause) return cause;
  }
  for (const rule of rulesByCode[code] ?? []) {
    const line = above.findLast((candidate) => rule.pattern.test(candidate));
    if (line !== undefined) return explained(rule, line);
  }
  return known;
}

/** Explains a remote rsync that never started: the shell's message is directly above rsync's own. */
function missingRsync(above: readonly string[], code: number): Explanation | null {
  const nothingCame = above.some((line) =>
    line.startsWith('rsync: connection unexpectedly closed (0 bytes received so far) '),
  );
  if (code !== NOT_FOUND && code !== NOT_EXECUTABLE && !(code === STREAM && nothingCame))
    return null;
  const message = above.findLast((line) => !isRsyncLine(line));
  return message === undefined ? null : explainMissingRsync(message);
}
