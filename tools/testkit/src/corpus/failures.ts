import type { ChildProcess } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import type { ExplanationKind } from '@rsync-io/aux-channel';
import { freePort } from '../peers/ports.js';
import { startBlackHole, startFaultPeer, startRelay } from './fault-peers.js';
import type { Captured, Lab } from './lab.js';
import { startRsyncDaemon } from './rsync-daemon.js';

/** A failure that can be brought about here, and what `explain` has to call it. */
export interface FailureCase {
  readonly name: string;
  readonly kind: ExplanationKind;
  /** The kind where rsync did wait for its ssh, and so ends with 255; it does not always (cleanup.c). */
  readonly kindWith255?: ExplanationKind;
  /** Programs besides ssh, sshd and rsync. */
  readonly needs?: readonly string[];
  run(lab: Lab): Promise<Captured>;
}

/** One recorded failure, as it is kept in `fixtures/explain/failures`. */
export interface FailureFixture {
  readonly name: string;
  /** The kind that `explain` must return. */
  readonly kind: ExplanationKind;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The bytes of stderr, each as the character of that number (ISO 8859-1). */
  readonly stderr: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** The kind that `explain` must return for a capture of a case. */
export const expectedKind = ({ kind, kindWith255 }: FailureCase, { code }: Captured) =>
  code === 255 ? (kindWith255 ?? kind) : kind;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const o = (...options: string[]) => options.flatMap((option) => ['-o', option]);

/** Arguments of ssh without the configuration's own key, so that only the named one is tried. */
const withKey = ({ server }: Lab, key: string, ...options: string[]) => [
  ...['-F', 'none', '-i', key],
  ...o(`Port=${server.port}`, `User=${server.user}`, 'BatchMode=yes', 'IdentityAgent=none'),
  ...o(`UserKnownHostsFile=${server.knownHostsFile}`, 'IdentitiesOnly=yes', ...options),
  ...[server.host, 'true'],
];

/** ssh in a network of its own, prepared by shell commands. */
const inOwnNetwork = (lab: Lab, prepare: string, target: string) =>
  lab.run('unshare', [
    ...(process.getuid?.() === 0 ? [] : ['-r']),
    '-n',
    'sh',
    '-c',
    `${prepare}; exec ssh -F "$0" -- "$1" true`,
    lab.server.configFile,
    target,
  ]);

const sshCases: readonly FailureCase[] = [
  {
    name: 'auth-wrong-key',
    kind: 'auth',
    run: (lab) => lab.run('ssh', withKey(lab, lab.key('stranger'))),
  },
  {
    name: 'auth-verbose',
    kind: 'auth',
    run: (lab) => lab.run('ssh', ['-v', ...withKey(lab, lab.key('stranger'))]),
  },
  {
    name: 'auth-no-method-left',
    kind: 'auth',
    run: (lab) => lab.ssh(o('PubkeyAuthentication=no')),
  },
  {
    name: 'auth-missing-key-file',
    kind: 'auth',
    run: (lab) => lab.run('ssh', withKey(lab, path.join(lab.folder, 'no-such-key'))),
  },
  {
    name: 'auth-too-many-failures',
    kind: 'auth',
    async run(lab) {
      const server = await lab.sshd({ extraConfig: ['MaxAuthTries 2'] });
      const keys = ['one', 'two', 'three', 'four'].map((name) => lab.key(name));
      // The server's own key, named by the configuration file, comes last and never gets its turn.
      return lab.ssh(o(...keys.map((key) => `IdentityFile=${key}`)), ['true'], { server });
    },
  },
  {
    name: 'auth-denied-below-a-banner',
    kind: 'auth',
    async run(lab) {
      const banner = lab.file(
        'banner',
        'Host key verification failed.\nssh: connect to host x port 22: Connection refused\n',
      );
      const server = await lab.sshd({ extraConfig: [`Banner ${banner}`] });
      return lab.ssh(o('PubkeyAuthentication=no'), ['true'], { server });
    },
  },
  {
    name: 'auth-denied-below-a-dos-banner',
    kind: 'auth',
    async run(lab) {
      const banner = lab.file(
        'dos-banner',
        'Host key verification failed.\r\nssh: connect to host x port 22: Connection refused\r\n',
      );
      const server = await lab.sshd({ extraConfig: [`Banner ${banner}`] });
      return lab.ssh(o('PubkeyAuthentication=no'), ['true'], { server });
    },
  },
  {
    name: 'auth-denied-to-rsync',
    kind: 'auth',
    run: (lab) =>
      lab.run('rsync', [
        ...['-e', `${lab.remoteShell()} -oPubkeyAuthentication=no`],
        ...['/etc/hostname', `${lab.server.host}:${lab.folder}/copy`],
      ]),
  },
  {
    name: 'host-key-changed',
    kind: 'host-key-changed',
    run(lab) {
      lab.key('other-host');
      const known = path.join(lab.folder, 'known-other');
      copyFileSync(path.join(lab.folder, 'other-host.pub'), known);
      const name = `[${lab.server.host}]:${lab.server.port}`;
      return lab.run('sh', [
        '-c',
        'sed -i "s/^/$1 /" "$2" && shift 2 && exec ssh "$@"',
        ...['sh', name, known, ...lab.server.sshArgs, ...o(`UserKnownHostsFile=${known}`)],
        ...[lab.server.host, 'true'],
      ]);
    },
  },
  {
    name: 'host-key-unknown-strict',
    kind: 'host-key-unknown',
    run: (lab) => lab.ssh(o(`UserKnownHostsFile=${lab.file('known-none')}`)),
  },
  {
    name: 'host-key-unknown-batch',
    kind: 'host-key-unknown',
    run: (lab) =>
      lab.ssh(o(`UserKnownHostsFile=${lab.file('known-nobody')}`, 'StrictHostKeyChecking=ask')),
  },
  {
    name: 'dns-no-such-name',
    kind: 'dns',
    run: (lab) => lab.ssh(['--', 'no-such-host.invalid']),
  },
  {
    name: 'dns-no-network',
    kind: 'dns',
    needs: ['unshare'],
    run: (lab) => inOwnNetwork(lab, 'true', 'example.org'),
  },
  {
    name: 'dns-to-rsync',
    kind: 'dns',
    run: (lab) => lab.rsync(['/etc/hostname', 'no-such-host.invalid:/tmp/']),
  },
  {
    name: 'refused',
    kind: 'refused',
    run: async (lab) => lab.ssh(['-p', String(await freePort())]),
  },
  {
    name: 'refused-verbose',
    kind: 'refused',
    run: async (lab) => lab.ssh(['-v', '-p', String(await freePort())]),
  },
  {
    name: 'refused-to-rsync',
    kind: 'refused',
    run: async (lab) =>
      lab.run('rsync', [
        ...['-e', `${lab.remoteShell()} -p ${await freePort()}`],
        ...['/etc/hostname', `${lab.server.host}:/tmp/`],
      ]),
  },
  {
    name: 'refused-by-the-jump-host',
    kind: 'refused',
    run: async (lab) => lab.ssh(['-J', `127.0.0.1:${await freePort()}`]),
  },
  {
    name: 'timeout-connect',
    kind: 'timeout',
    async run(lab) {
      const hole = await lab.keep(startBlackHole());
      return lab.ssh(['-p', String(hole.port), ...o('ConnectTimeout=1')]);
    },
  },
  {
    name: 'timeout-banner',
    kind: 'timeout',
    async run(lab) {
      const silent = await lab.keep(startFaultPeer(() => {}));
      return lab.ssh(['-p', String(silent.port), ...o('ConnectTimeout=1')]);
    },
  },
  {
    name: 'no-route-network-unreachable',
    kind: 'no-route',
    needs: ['unshare'],
    run: (lab) => inOwnNetwork(lab, 'true', '192.0.2.1'),
  },
  {
    name: 'no-route-to-host',
    kind: 'no-route',
    needs: ['unshare', 'ip'],
    run: (lab) =>
      inOwnNetwork(
        lab,
        'ip link set lo up; ip route add unreachable 192.0.2.1/32 metric 1',
        '192.0.2.1',
      ),
  },
  ...(
    [
      ['cipher', 'Ciphers=aes128-cbc', 'Ciphers aes256-gcm@openssh.com'],
      ['mac', 'MACs=hmac-md5', 'MACs hmac-sha2-512', 'Ciphers=aes128-ctr'],
      [
        'key-exchange',
        'KexAlgorithms=diffie-hellman-group1-sha1',
        'KexAlgorithms curve25519-sha256',
      ],
      ['host-key-type', 'HostKeyAlgorithms=ssh-dss', 'HostKeyAlgorithms ssh-ed25519'],
    ] as const
  ).map(([what, client, server, also]): FailureCase => ({
    name: `negotiation-${what}`,
    kind: 'negotiation',
    async run(lab) {
      const extraConfig = [server, ...(what === 'mac' ? ['Ciphers aes128-ctr'] : [])];
      const sshd = await lab.sshd({ extraConfig });
      return lab.ssh(o(client, ...(also ? [also] : [])), ['true'], { server: sshd });
    },
  })),
  {
    name: 'lost-closed-before-the-greeting',
    kind: 'connection-lost',
    async run(lab) {
      const peer = await lab.keep(startFaultPeer((socket) => void socket.end()));
      return lab.ssh(['-p', String(peer.port)]);
    },
  },
  {
    name: 'lost-reset-before-the-greeting',
    kind: 'connection-lost',
    async run(lab) {
      const treat = (socket: Socket) => void socket.once('data', () => socket.resetAndDestroy());
      const peer = await lab.keep(startFaultPeer(treat));
      return lab.ssh(['-p', String(peer.port)]);
    },
  },
  {
    name: 'lost-not-an-ssh-server',
    kind: 'connection-lost',
    async run(lab) {
      const treat = (socket: Socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      const peer = await lab.keep(startFaultPeer(treat));
      return lab.ssh(['-p', String(peer.port)]);
    },
  },
  {
    name: 'lost-closed-by-the-server',
    kind: 'connection-lost',
    run: (lab) => lab.ssh([], ['kill -9 $PPID; sleep 2']),
  },
  ...(['cut', 'reset'] as const).map((how): FailureCase => ({
    name: `lost-${how}-in-the-middle`,
    kind: 'connection-lost',
    async run(lab) {
      const relay = await lab.keep(startRelay(lab.server.port));
      const meanwhile = async () => {
        await pause(700);
        relay[how]();
      };
      return lab.ssh(['-p', String(relay.port)], ['sleep 3'], { meanwhile });
    },
  })),
  {
    name: 'lost-server-not-responding',
    kind: 'connection-lost',
    async run(lab) {
      const relay = await lab.keep(startRelay(lab.server.port));
      const meanwhile = async () => {
        await pause(700);
        relay.freeze();
      };
      const keepalive = o('ServerAliveInterval=1', 'ServerAliveCountMax=1');
      return lab.ssh(['-p', String(relay.port), ...keepalive], ['sleep 8'], { meanwhile });
    },
  },
  {
    name: 'bad-config-option',
    kind: 'bad-config',
    run: (lab) => lab.ssh(o('NoSuchOption=1')),
  },
  {
    name: 'bad-config-file',
    kind: 'bad-config',
    run: (lab) =>
      lab.run('ssh', ['-F', lab.file('bad_config', 'Host *\n  Colour yes\n'), '127.0.0.1', 'true']),
  },
  {
    name: 'bad-config-value',
    kind: 'bad-config',
    run: (lab) => lab.ssh(o('StrictHostKeyChecking=perhaps')),
  },
  {
    name: 'key-permissions',
    kind: 'key-permissions',
    run(lab) {
      // With a public key beside it, ssh would first ask whether the server knows that.
      const key = lab.file('open-key', readFileSync(lab.server.identityFile, 'utf8'), 0o644);
      return lab.run('ssh', withKey(lab, key));
    },
  },
  {
    name: 'killed-ssh-itself',
    kind: 'killed',
    run: (lab) =>
      lab.ssh([], ['sleep 3'], {
        meanwhile: async (child) => {
          await pause(500);
          child.kill('SIGKILL');
        },
      }),
  },
  {
    name: 'usage-of-ssh',
    kind: 'unknown',
    run: (lab) => lab.run('ssh', ['-Y0']),
  },
  { name: 'silent-remote-killed', kind: 'silent-255', run: (lab) => lab.ssh([], ['kill -9 $$']) },
  { name: 'silent-exit-255', kind: 'silent-255', run: (lab) => lab.ssh([], ['exit 255']) },
];

const remoteCommandCases: readonly FailureCase[] = [
  {
    name: 'command-not-found-login-shell',
    kind: 'command-not-found',
    run: (lab) => lab.ssh([], ['no-such-program']),
  },
  ...['sh', 'bash', 'dash', 'zsh', 'busybox'].map((shell): FailureCase => ({
    name: `command-not-found-${shell}`,
    kind: 'command-not-found',
    needs: [shell],
    run: (lab) => lab.ssh([], [`${shell === 'busybox' ? 'busybox sh' : shell} -c no-such-program`]),
  })),
  {
    name: 'command-not-found-path',
    kind: 'command-not-found',
    run: (lab) => lab.ssh([], ['/nowhere/program']),
  },
  {
    name: 'command-not-found-env',
    kind: 'command-not-found',
    run: (lab) => lab.ssh([], ['env no-such-program']),
  },
  {
    name: 'command-not-found-silent',
    kind: 'command-not-found',
    run: (lab) => lab.ssh([], ['no-such-program 2>/dev/null']),
  },
  {
    name: 'command-not-executable',
    kind: 'command-not-executable',
    run: (lab) => lab.ssh([], [lab.file('plain-file', 'text', 0o644)]),
  },
  {
    name: 'command-not-executable-folder',
    kind: 'command-not-executable',
    run: (lab) => lab.ssh([], ['/tmp']),
  },
  {
    name: 'remote-failure-of-its-own',
    kind: 'unknown',
    run: (lab) => lab.ssh([], ['ls /nowhere']),
  },
  {
    name: 'remote-255-with-its-own-words',
    kind: 'unknown',
    run: (lab) => lab.ssh([], ['echo "backup: cannot lock" >&2; exit 255']),
  },
  {
    name: 'remote-library-missing',
    kind: 'unknown',
    run: (lab) =>
      lab.ssh([], ['echo "tool: error while loading shared libraries: libz.so.9" >&2; exit 127']),
  },
];

/** Creates a tree to send. Returns its folder, with a slash at the end. */
function tree(lab: Lab, name: string, files: Readonly<Record<string, string | Buffer>>): string {
  const folder = path.join(lab.folder, name);
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
  return `${folder}/`;
}
const remote = (lab: Lab, name: string) => `${lab.server.host}:${path.join(lab.folder, name)}`;
const small = (lab: Lab) => tree(lab, 'small', { a: 'a', b: 'b', c: 'c' });
const large = (lab: Lab) => tree(lab, 'large', { 'a-first': Buffer.alloc(400_000), 'z-last': 'z' });

const rsyncCases: readonly FailureCase[] = [
  {
    name: 'rsync-missing-there',
    kind: 'command-not-found',
    run: (lab) => lab.rsync(['--rsync-path=no-rsync', '-a', small(lab), remote(lab, 'to')]),
  },
  {
    name: 'rsync-missing-path-there',
    kind: 'command-not-found',
    run: (lab) => lab.rsync(['--rsync-path=/nowhere/rsync', '-a', remote(lab, 'small/'), 'to']),
  },
  {
    name: 'rsync-unclean-shell',
    kind: 'unclean-shell',
    async run(lab) {
      const extraConfig = ['ForceCommand echo Welcome to this host; eval "$SSH_ORIGINAL_COMMAND"'];
      const server = await lab.sshd({ extraConfig });
      return lab.rsync(['-a', small(lab), remote(lab, 'to')], { server });
    },
  },
  {
    name: 'rsync-remote-killed',
    kind: 'connection-lost',
    kindWith255: 'silent-255',
    run: (lab) =>
      lab.rsync(['--rsync-path=kill -9 $$; rsync', '-a', small(lab), remote(lab, 'to')]),
  },
  {
    name: 'rsync-remote-exits-at-once',
    kind: 'connection-lost',
    run: (lab) => lab.rsync(['--rsync-path=exit 0; rsync', '-a', small(lab), remote(lab, 'to')]),
  },
  {
    name: 'rsync-remote-exits-3',
    kind: 'connection-lost',
    run: (lab) => lab.rsync(['--rsync-path=exit 3; rsync', '-a', small(lab), remote(lab, 'to')]),
  },
  {
    name: 'rsync-connection-cut',
    kind: 'connection-lost',
    async run(lab) {
      const relay = await lab.keep(startRelay(lab.server.port));
      const shell = `${lab.remoteShell()} -p ${relay.port}`;
      const args = ['-e', shell, '--bwlimit=100', '-a', large(lab), remote(lab, 'cut')];
      const meanwhile = async () => {
        await pause(1_200);
        relay.cut();
      };
      return lab.run('rsync', args, { meanwhile });
    },
  },
  {
    name: 'rsync-server-without-client',
    kind: 'connection-lost',
    run: (lab) => lab.ssh([], ['rsync --server --sender -e.LsfxCIvu . /etc/hostname']),
  },
  {
    name: 'rsync-1-unknown-option',
    kind: 'rsync',
    run: (lab) => lab.rsync(['--no-such-option', small(lab), remote(lab, 'to')]),
  },
  {
    name: 'rsync-1-two-remote-sides',
    kind: 'rsync',
    run: (lab) => lab.rsync(['-a', remote(lab, 'x'), remote(lab, 'y')]),
  },
  {
    name: 'rsync-2-protocol',
    kind: 'rsync',
    run: (lab) => lab.rsync(['--protocol=15', '-a', small(lab), remote(lab, 'to')]),
  },
  {
    name: 'rsync-3-no-such-target',
    kind: 'rsync',
    run: (lab) => lab.rsync(['-a', `${small(lab)}a`, `${small(lab)}b`, remote(lab, 'small/c')]),
  },
  {
    name: 'rsync-3-told-by-the-other-side',
    kind: 'rsync',
    run: (lab) =>
      lab.rsync(['-a', `--files-from=${lab.file('list', 'a\n')}`, remote(lab, 'none'), 'to']),
  },
  {
    name: 'rsync-1-unsupported',
    kind: 'rsync',
    run: (lab) => lab.rsync(['--crtimes', '-a', small(lab), remote(lab, 'to')]),
  },
  {
    name: 'rsync-5-unknown-module',
    kind: 'rsync',
    async run(lab) {
      const daemon = await lab.keep(startRsyncDaemon(lab));
      return lab.run('rsync', ['-a', small(lab), `rsync://127.0.0.1:${daemon.port}/nowhere/`]);
    },
  },
  {
    name: 'rsync-5-module-auth',
    kind: 'auth',
    async run(lab) {
      const daemon = await lab.keep(startRsyncDaemon(lab));
      const url = `rsync://someone@127.0.0.1:${daemon.port}/secret/`;
      return lab.run('rsync', ['-a', small(lab), url], { env: { RSYNC_PASSWORD: 'wrong' } });
    },
  },
  {
    name: 'rsync-10-daemon-refused',
    kind: 'refused',
    run: async (lab) =>
      lab.run('rsync', ['-a', small(lab), `rsync://127.0.0.1:${await freePort()}/m/`]),
  },
  {
    name: 'rsync-10-daemon-dns',
    kind: 'dns',
    run: (lab) => lab.run('rsync', ['-a', small(lab), 'rsync://no-such-host.invalid/m/']),
  },
  {
    name: 'rsync-10-daemon-no-route',
    kind: 'no-route',
    needs: ['unshare'],
    run: (lab) =>
      lab.run('unshare', [
        ...(process.getuid?.() === 0 ? [] : ['-r']),
        ...['-n', 'rsync', '-a', small(lab), 'rsync://192.0.2.1/m/'],
      ]),
  },
  {
    name: 'rsync-11-no-such-parent',
    kind: 'rsync',
    run: (lab) => lab.rsync(['-a', small(lab), remote(lab, 'no/such/parent')]),
  },
  {
    name: 'rsync-1-files-from',
    kind: 'rsync',
    run: (lab) => lab.rsync(['-a', '--files-from=/nowhere/list', small(lab), remote(lab, 'to')]),
  },
  {
    name: 'rsync-19-usr1',
    kind: 'rsync',
    run: (lab) => signalled(lab, 'SIGUSR1'),
  },
  { name: 'rsync-20-interrupted', kind: 'rsync', run: (lab) => signalled(lab, 'SIGINT') },
  { name: 'rsync-20-terminated', kind: 'rsync', run: (lab) => signalled(lab, 'SIGTERM') },
  {
    name: 'rsync-22-memory',
    kind: 'rsync',
    run(lab) {
      // A list of the checksums of many small blocks does not fit.
      for (const folder of ['blocks', 'blocks-there']) {
        truncateSync(path.join(tree(lab, folder, { f: folder }), 'f'), 20_000_000);
      }
      const args = [
        '--max-alloc=1M',
        '--ignore-times',
        '--no-whole-file',
        '--block-size=131',
        '-a',
      ];
      return lab.rsync([...args, `${lab.folder}/blocks/`, remote(lab, 'blocks-there')]);
    },
  },
  {
    name: 'rsync-23-missing-source',
    kind: 'rsync',
    run: (lab) => lab.rsync(['-a', `${small(lab)}a`, '/nowhere/file', remote(lab, 'to/')]),
  },
  {
    name: 'rsync-23-missing-source-there',
    kind: 'rsync',
    run: (lab) => lab.rsync(['-a', remote(lab, 'nowhere'), 'to/']),
  },
  {
    name: 'rsync-24-vanished',
    kind: 'rsync',
    run(lab) {
      const from = large(lab);
      const meanwhile = async () => {
        await pause(1_200);
        rmSync(path.join(from, 'z-last'));
      };
      const args = ['--bwlimit=150', '-a', from, remote(lab, 'vanished')];
      return lab.rsync(args, { meanwhile });
    },
  },
  {
    name: 'rsync-25-max-delete',
    kind: 'rsync',
    run(lab) {
      tree(lab, 'full', { x: '', y: '', z: '' });
      return lab.rsync(['-a', '--delete', '--max-delete=1', small(lab), remote(lab, 'full/')]);
    },
  },
  {
    name: 'rsync-30-timeout',
    kind: 'rsync',
    run: (lab) =>
      lab.rsync([
        '--timeout=1',
        '--rsync-path=sleep 4; rsync',
        '-a',
        small(lab),
        remote(lab, 'to'),
      ]),
  },
  {
    name: 'rsync-35-daemon-timeout',
    kind: 'rsync',
    async run(lab) {
      const silent = await lab.keep(startBlackHole());
      const url = `rsync://127.0.0.1:${silent.port}/m/`;
      return lab.run('rsync', ['--contimeout=1', '-a', small(lab), url]);
    },
  },
  {
    name: 'rsync-14-remote-shell-missing',
    kind: 'rsync',
    run: (lab) => lab.run('rsync', ['-e', 'no-such-shell', '-a', small(lab), 'host:/tmp/']),
  },
];

function signalled(lab: Lab, signal: NodeJS.Signals): Promise<Captured> {
  const meanwhile = async (child: ChildProcess) => {
    await pause(1_200);
    child.kill(signal);
  };
  return lab.rsync(['--bwlimit=100', '-a', large(lab), remote(lab, signal)], { meanwhile });
}

/** In the order of the table that `explain` follows: ssh, the remote command, rsync. */
export const failures: readonly FailureCase[] = [...sshCases, ...remoteCommandCases, ...rsyncCases];
