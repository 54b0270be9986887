// npm run setup:peers
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findPeer, PEERS } from './find.js';

const PACKAGES = { ssh: 'openssh-client', sshd: 'openssh-server', rsync: 'rsync' };

const usage = `Usage: npm run setup:peers [-- --help]

Installs the real programs that the tests talk to: ssh, sshd and rsync. On Debian and Ubuntu it does so by
apt-get, as root or through sudo; elsewhere it says what to install. Nothing is done when all are there.
The tests start an sshd of their own on a free port of 127.0.0.1; the system's service is not needed, and
is not started where the package would start it.
`;

const others = `This is not Debian or Ubuntu, so install them by hand:
  macOS     brew install rsync          (ssh and sshd are part of the system)
  Fedora    dnf install rsync openssh-server openssh-clients
  Alpine    apk add rsync openssh
  Windows   the tests run without them
`;

process.exitCode = main(process.argv.slice(2));

/** @param {string[]} args */
function main(args) {
  if (args.includes('--help')) {
    process.stdout.write(usage);
    return 0;
  }
  if (args.length > 0) {
    process.stderr.write(`setup:peers: unknown argument ${args[0]}\n\n${usage}`);
    return 2;
  }
  const missing = report();
  if (missing.length === 0) {
    process.stdout.write('All peers are there; nothing to do.\n');
    return 0;
  }
  if (!existsSync('/usr/bin/apt-get')) {
    process.stderr.write(`Missing: ${missing.join(', ')}. ${others}`);
    return 1;
  }
  return install(missing.map((name) => PACKAGES[name]));
}

/** Prints what is there; returns what is not. */
function report() {
  const names = /** @type {(keyof typeof PEERS)[]} */ (Object.keys(PEERS));
  return names.filter((name) => {
    const peer = findPeer(name);
    process.stdout.write(
      `${name.padEnd(6)} ${peer ? `${peer.path} (${peer.version})` : 'missing'}\n`,
    );
    return peer === null;
  });
}

/** @param {string[]} packages */
function install(packages) {
  const isRoot = process.getuid?.() === 0;
  process.stdout.write(
    `Installing ${packages.join(' and ')} by apt-get${isRoot ? '' : ' (sudo)'} …\n`,
  );
  const update = aptGet(isRoot, ['update', '-qq']);
  if (update !== 0) return update;
  const status = aptGet(isRoot, ['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  if (status !== 0) return status;
  return report().length === 0 ? 0 : 1;
}

/**
 * @param {boolean} isRoot
 * @param {string[]} args
 */
function aptGet(isRoot, args) {
  const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get', ...args];
  const [program = '', ...rest] = isRoot ? command : ['sudo', ...command];
  const { status, error } = spawnSync(program, rest, { stdio: 'inherit' });
  if (error) process.stderr.write(`setup:peers: cannot start ${program}: ${error.message}\n`);
  else if (status !== 0)
    process.stderr.write(`setup:peers: apt-get ${args[0]} failed (${status}).\n`);
  return status ?? 1;
}
