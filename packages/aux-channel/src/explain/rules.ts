/** Causes that {@link explain} can tell apart. */
export type ExplanationKind =
  | 'success'
  | 'auth'
  | 'host-key-changed'
  | 'host-key-unknown'
  | 'dns'
  | 'refused'
  | 'timeout'
  | 'no-route'
  | 'negotiation'
  | 'connection-lost'
  | 'bad-config'
  | 'key-permissions'
  | 'command-not-found'
  | 'command-not-executable'
  | 'unclean-shell'
  | 'rsync'
  | 'killed'
  | 'silent-255'
  | 'unknown';

export interface Rule {
  readonly kind: ExplanationKind;
  /** Matches one whole line, without its line end. */
  readonly pattern: RegExp;
  readonly summary: string;
  readonly hint: string;
}

/**
 * Lines that OpenSSH itself prints, with the file of openssh-portable that has the format. Causes
 * stand before what follows from them: a changed host key also prints `Host key verification failed.`
 */
export const sshRules: readonly Rule[] = [
  {
    kind: 'host-key-changed', // sshconnect.c, warn_changed_key
    pattern: /^@\s+WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\s+@$/,
    summary: "the host's key is not the one that was known",
    hint: 'Find out why it changed; if that is right, run ssh-keygen -R HOST and connect once by hand.',
  },
  {
    kind: 'host-key-unknown', // sshconnect.c, check_host_key
    pattern:
      /^(?:No \S+ host key is known for .+ and you have requested strict checking\.|Host key verification failed\.)$/,
    summary: "the host's key is not known",
    hint: 'Connect once by hand to accept it, or add it with ssh-keyscan after checking its fingerprint.',
  },
  {
    kind: 'dns', // sshconnect.c / ssh.c, resolve_host
    pattern: /^ssh: Could not resolve hostname .+: .+$/,
    summary: 'the host name does not resolve',
    hint: 'Check its spelling, and that DNS works.',
  },
  {
    kind: 'timeout', // sshconnect.c, ssh_exchange_identification
    pattern: /^(?:Connection timed out during banner exchange|Connection to .+ timed out)$/,
    summary: 'the host accepted the connection and then said nothing',
    hint: 'Check that an SSH server listens on that port, and raise the connect timeout if it is slow.',
  },
  {
    kind: 'refused', // sshconnect.c, ssh_connect_direct
    pattern: /^ssh: connect to host .+ port \d+: Connection refused$/,
    summary: 'connection refused: nothing listens on that port',
    hint: 'Check the port (-p), and that the SSH server runs.',
  },
  {
    kind: 'timeout',
    pattern: /^ssh: connect to host .+ port \d+: (?:Connection|Operation) timed out$/,
    summary: 'the host did not answer in time',
    hint: 'Check the address and any firewall between.',
  },
  {
    kind: 'no-route',
    pattern: /^ssh: connect to host .+ port \d+: (?:No route to host|Network is unreachable)$/,
    summary: 'there is no route to the host',
    hint: 'Check the network or VPN on this side.',
  },
  {
    kind: 'negotiation', // packet.c, sshpkt_vfatal
    pattern:
      /^Unable to negotiate with .+ port \d+: no matching (?:cipher|MAC|key exchange method|host key type|compression method) found\. Their offer: .+$/,
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
    kind: 'auth', // sshconnect2.c, ssh_userauth2
    pattern:
      /^(?:.+@.+: Permission denied \([\w,-]*\)\.|(?:Received disconnect from .+: )?Too many authentication failures)$/,
    summary: 'the host accepted none of the offered keys or passwords',
    hint: 'Check the user name, the key (-i) and the agent (ssh-add -l).',
  },
  {
    kind: 'bad-config', // readconf.c
    pattern:
      /^(?:.+: (?:line \d+: )?Bad configuration option: .+|.+: terminating, \d+ bad configuration options)$/,
    summary: 'ssh does not know an option of its configuration',
    hint: 'Correct the option that it names.',
  },
  {
    kind: 'connection-lost', // kex.c, packet.c, clientloop.c
    pattern:
      /^(?:kex_exchange_identification: .+|ssh_exchange_identification: .+|Connection (?:closed|reset) by .+|Connection to .+ closed by remote host\.|Timeout, server .+ not responding\.|client_loop: send disconnect: .+)$/,
    summary: 'the connection was lost',
    hint: 'Check the network and the log of the SSH server, then try again.',
  },
];

/** Lines of remote shells and of rsync, with any status. */
export const remoteRules: readonly Rule[] = [
  {
    kind: 'unclean-shell', // rsync compat.c
    pattern: /^protocol version mismatch -- is your shell clean\?$/,
    summary: 'the remote shell prints text of its own into the transfer',
    hint: 'Make its start-up files silent for sessions without a terminal: ssh HOST true must print nothing.',
  },
  {
    kind: 'command-not-found', // bash, dash, zsh, fish
    pattern:
      /^(?:(?:ba|da|k|z)?sh: (?:line \d+: |\d+: )?[\w./+-]+: (?:command )?not found|zsh:\d+: command not found: [\w./+-]+|fish: Unknown command: .+)$/,
    summary: 'the remote command was not found',
    hint: 'Install it there, or name its path (rsync: --rsync-path).',
  },
];
