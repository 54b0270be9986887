import { type Explanation, explained, type ExplanationKind, type Rule } from './explanation.js';
import { isRsyncLine, type StderrText } from './text.js';

interface SshRule extends Rule {
  /** Kinds that, where ssh named one before this line, are the cause of it. */
  readonly follows?: readonly ExplanationKind[];
}

/** A jump host or proxy that failed is the reason why ssh lost a connection to nobody it can name. */
const BEHIND_A_PROXY: readonly ExplanationKind[] = [
  'dns',
  'refused',
  'timeout',
  'no-route',
  'negotiation',
  'host-key-changed',
  'host-key-unknown',
  'key-permissions',
  'auth',
  'bad-config',
];

/** Lines that OpenSSH itself prints, with the file of openssh-portable that has the format. */
const rules: readonly SshRule[] = [
  {
    kind: 'host-key-changed', // sshconnect.c, warn_changed_key and check_host_key
    pattern:
      /^(?:@\s+WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\s+@|Host key for \S+ has changed and you have requested strict checking\.)$/,
    summary: "the host's key is not the one that was known",
    hint: 'Find out why it changed; if that is right, run ssh-keygen -R HOST and connect once by hand.',
  },
  {
    kind: 'host-key-unknown', // sshconnect.c, check_host_key
    pattern: /^No \S+ host key is known for \S+ and you have requested strict checking\.$/,
    summary: "the host's key is not known",
    hint: 'Connect once by hand to accept it, or add it with ssh-keyscan after checking its fingerprint.',
  },
  {
    kind: 'host-key-unknown', // sshconnect.c, verify_host_key: all that BatchMode prints
    pattern: /^Host key verification failed\.$/,
    follows: ['host-key-changed', 'host-key-unknown'],
    summary: "the host's key is not known",
    hint: 'Connect once by hand to accept it, or add it with ssh-keyscan after checking its fingerprint.',
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
    summary: 'the host accepted the connection and then said nothing',
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
    hint: 'Update the older side, or allow one of the offered algorithms for this host only.',
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
    follows: BEHIND_A_PROXY,
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

/** The one line of ssh's that ends in LF: the first half of a message of two lines (sshconnect.c). */
const FINGERPRINT = /^The fingerprint for the \S+ key sent by the remote host is$/;
/** With -v, ssh's debugging stands between its messages. */
const DEBUG = /^debug[123]: /;

/** What ssh itself said last. A local rsync's lines may stand below it. */
export function explainSsh({ lines, crlf }: StderrText): Explanation | null {
  let end = lines.length;
  while (end > 0 && isRsyncLine(lines[end - 1] as string)) end -= 1;
  let start = end;
  while (start > 0 && isSshs(lines[start - 1] as string, crlf.has(start - 1))) start -= 1;
  const said = lines.slice(start, end);
  for (let i = said.length - 1; i >= 0; i--) {
    const rule = ruleFor(said[i] as string);
    if (rule !== null) return causeOf(rule, said, i);
  }
  return null;
}

const isSshs = (line: string, hasReturn: boolean) =>
  hasReturn || FINGERPRINT.test(line) || DEBUG.test(line);

const ruleFor = (line: string) => rules.find(({ pattern }) => pattern.test(line)) ?? null;

/** The newest line before `index` that explains the one there, or that line itself. */
function causeOf(rule: SshRule, said: readonly string[], index: number): Explanation {
  for (let i = index - 1; i >= 0; i--) {
    const earlier = ruleFor(said[i] as string);
    if (earlier !== null && rule.follows?.includes(earlier.kind)) {
      return causeOf(earlier, said, i);
    }
  }
  return explained(rule, said[index] as string);
}
