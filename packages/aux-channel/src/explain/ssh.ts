import { type Explanation, explained, type ExplanationKind, type Rule } from './explanation.js';
import { isRsyncLine, type StderrText } from './text.js';

interface SshRule extends Rule {
  /** Kinds that are the actual cause if ssh reported one of them before this line. */
  readonly follows?: readonly ExplanationKind[];
  /** Any failure {@link isDuringSetup} is the actual cause. */
  readonly followsSetup?: true;
}

/**
 * Whether a failure comes before the login is complete, so not once the remote command runs. If a jump
 * host or proxy reported it and ssh then lost the connection, it is the cause.
 */
const isDuringSetup = ({ kind }: SshRule) => kind !== 'connection-lost';

/** Lines that OpenSSH itself prints, with the source file of their format in openssh-portable. */
const rules: readonly SshRule[] = [
  {
    kind: 'host-key-changed', // sshconnect.c, warn_changed_key and check_host_key
    pattern:
      /^(?:@\s+WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\s+@|Host key for \S+ has changed and you have requested strict checking\.)$/,
    summary: "the host's key is not the one that was known",
    hint: 'Ask whoever runs the host whether its key was replaced. Do not connect before you know.',
  },
  {
    // sshconnect.c, check_host_key; verify_host_key prints only the second line with BatchMode.
    kind: 'host-key-unknown',
    pattern:
      /^(?:No \S+ host key is known for \S+ and you have requested strict checking|Host key verification failed)\.$/,
    follows: ['host-key-changed', 'host-key-unknown'],
    summary: "the host's key is not known",
    hint: 'Get the fingerprint from whoever runs the host, and add the key to known_hosts only if it matches.',
  },
  {
    kind: 'dns', // ssh.c, resolve_host
    pattern: /^ssh: Could not resolve hostname \S+: [\w ,.'()/]+$/,
    summary: 'the host name does not resolve',
    hint: 'Check its spelling, and that DNS works.',
  },
  {
    kind: 'timeout', // sshconnect.c, ssh_exchange_identification; packet.c, sshpkt_vfatal
    pattern:
      /^(?:Connection timed out during banner exchange|Connection to \S+ port \d+ timed out)$/,
    follows: ['timeout'],
    summary: 'the host accepted the connection and then sent nothing',
    hint: 'Check that an SSH server listens on that port, and raise the connect timeout if it is slow.',
  },
  {
    kind: 'refused', // sshconnect.c, ssh_connect_direct
    pattern: /^ssh: connect to host \S+ port \d+: Connection refused$/,
    summary: 'connection refused: nothing listens on that port',
    hint: 'Check the port (-p), and that the SSH server runs.',
  },
  {
    kind: 'timeout',
    pattern: /^ssh: connect to host \S+ port \d+: (?:Connection|Operation) timed out$/,
    summary: 'the host did not answer in time',
    hint: 'Check the address and any firewall between.',
  },
  {
    kind: 'no-route',
    pattern:
      /^ssh: connect to host \S+ port \d+: (?:No route to host|Network is unreachable|Host is down)$/,
    summary: 'there is no route to the host',
    hint: 'Check the network or VPN on this side.',
  },
  {
    kind: 'negotiation', // packet.c, sshpkt_vfatal
    pattern:
      /^Unable to negotiate with \S+ port \d+: no matching (?:cipher|MAC|key exchange method|host key type|compression method) found\. Their offer: \S+$/,
    summary: 'the two sides have no algorithm in common',
    hint: 'Update the older side.',
  },
  {
    kind: 'key-permissions', // authfile.c, sshkey_perm_ok
    pattern: /^@\s+WARNING: UNPROTECTED PRIVATE KEY FILE!\s+@$/,
    summary: 'the private key file is readable by others, so ssh ignored it',
    hint: 'Run chmod 600 on it.',
  },
  {
    kind: 'auth', // sshconnect2.c, ssh_userauth2; packet.c, ssh_packet_read_poll2
    pattern:
      /^(?:(?:\S+@\S+: )?Permission denied \([\w@.,-]*\)\.|(?:Received disconnect from \S+ port \d+:\d+: )?Too many authentication failures)$/,
    follows: ['key-permissions'],
    summary: 'the host accepted none of the offered keys or passwords',
    hint: 'Check the user name, the key (-i) and the agent (ssh-add -l).',
  },
  {
    kind: 'bad-config', // readconf.c, process_config_line_depth
    pattern:
      /^(?:\S+|\/.+):?(?: line \d+:)? (?:Bad configuration option: \S+|terminating, \d+ bad configuration options|(?:bad|invalid|unsupported|missing) [^:]{1,80}[."']|keyword \S+ extra arguments at end of line|no argument after keyword \S+)$/i,
    follows: ['bad-config'],
    summary: 'ssh does not accept an option of its configuration',
    hint: 'Correct the option that it names.',
  },
  {
    kind: 'connection-lost', // packet.c, sshpkt_vfatal, for a connection that a proxy made
    pattern: /^Connection (?:closed|reset) by UNKNOWN port \d+$/,
    followsSetup: true,
    summary: 'the connection was lost',
    hint: 'Check the jump host or proxy command, then try again.',
  },
  {
    kind: 'connection-lost', // kex.c, packet.c, clientloop.c, dispatch.c
    pattern:
      /^(?:(?:kex|ssh)_exchange_identification: [\w :]+|Connection (?:closed|reset) by \S+(?: port \d+)?|Connection to \S+ closed by remote host\.|Received disconnect from \S+ port \d+:\d+: [\w ,.':()/]+|Timeout, server \S+ not responding\.|client_loop: send disconnect: [\w ]+|(?:ssh_dispatch_run_fatal|packet_write_wait): Connection to \S+ port \d+: [\w ]+|ssh: connect to host \S+ port \d+: Connection reset by peer)$/,
    follows: ['connection-lost'],
    summary: 'the connection was lost',
    hint: 'Check the network and the log of the SSH server, then try again.',
  },
];

/** The only line of ssh that ends in LF: the first half of a message of two lines (sshconnect.c). */
const FINGERPRINT = /^The fingerprint for the \S+ key sent by the remote host is$/;
/** With -v, debugging output appears between ssh's messages. */
const DEBUG = /^debug[123]: /;

/** Printed with LogLevel=VERBOSE and -v (sshconnect2.c, ssh_userauth2). */
const LOGGED_IN = /^Authenticated to \S+ \(.*\) using "[\w-]+"\.$/;

const LOCAL_HELPER = {
  kind: 'helper-stderr',
  pattern: /(?:\/dev\/stderr|\/dev\/fd\/2|\/proc\/self\/fd\/2): No such device or address$/,
  summary: 'a helper of ssh opened /dev/stderr, which is a socket here and cannot be opened',
  hint: 'Let the ProxyCommand or KnownHostsCommand write to its descriptor 2 (>&2) instead.',
} as const satisfies Rule;

/** Explains what ssh itself reported last. @param loggedIn whether the remote command has certainly run */
export function explainSsh({ lines, crlf }: StderrText, loggedIn: boolean): Explanation | null {
  let end = lines.length;
  while (end > 0 && isRsyncLine(lines[end - 1] as string)) end -= 1;
  let start = end;
  while (start > 0 && isSshs(lines[start - 1] as string, crlf.has(start - 1))) start -= 1;
  const reported = lines.slice(start, end);
  const isPastSetup = loggedIn || reported.some((line) => LOGGED_IN.test(line));
  for (let i = reported.length - 1; i >= 0; i--) {
    const rule = ruleFor(reported[i] as string);
    if (rule === null || (isPastSetup && isDuringSetup(rule))) continue;
    const above = lines[start - 1] ?? '';
    const isHelper = rule.kind === 'connection-lost' && LOCAL_HELPER.pattern.test(above);
    return isHelper && !loggedIn ? explained(LOCAL_HELPER, above) : causeOf(rule, reported, i);
  }
  return null;
}

/** ssh ends its own lines with CRLF. Other text may, too: this is a necessary condition, not a proof. */
const isSshs = (line: string, hasReturn: boolean) =>
  hasReturn || FINGERPRINT.test(line) || DEBUG.test(line);

const ruleFor = (line: string) => rules.find(({ pattern }) => pattern.test(line)) ?? null;

const isCauseOf = (rule: SshRule, earlier: SshRule) =>
  rule.follows?.includes(earlier.kind) === true ||
  (rule.followsSetup === true && isDuringSetup(earlier));

/** The newest line before `index` that explains the one there, or that line itself. */
function causeOf(rule: SshRule, reported: readonly string[], index: number): Explanation {
  for (let i = index - 1; i >= 0; i--) {
    const earlier = ruleFor(reported[i] as string);
    if (earlier !== null && isCauseOf(rule, earlier)) return causeOf(earlier, reported, i);
  }
  return explained(rule, reported[index] as string);
}
