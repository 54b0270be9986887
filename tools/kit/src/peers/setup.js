// npm run setup:peers
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findPeer, PEERS } from '../../../../config/peers.js';

const usage = `Usage: npm run setup:peers [-- --help]

Installs the programs that the tests run against: ssh, sshd, rsync, script, strace, chromium (for HTML
reports), redis-server, ansible and clush (for the examples), and the shells zsh, ksh, mksh, yash and busybox.
On Debian and Ubuntu it uses apt-get, as root or through sudo; on other systems it prints what to install.
It does nothing if all of them are installed.

The tests start their own sshd and Redis on free ports of 127.0.0.1. Installing the packages would start the
system's services as well, so a temporary policy-rc.d prevents that, unless the system has its own. The packages still
enable them for the next boot; to undo that:
systemctl disable ssh.service ssh.socket redis-server.service
`;

const others = `This is not Debian or Ubuntu, so install them by hand:
  macOS     brew install rsync chromium redis ansible (ssh and sshd are part of the system; there is no strace, and its script is another)
  Fedora    dnf install rsync openssh-server openssh-clients util-linux-script strace chromium redis ansible-core clustershell
  Alpine    apk add rsync openssh util-linux-misc strace chromium redis ansible
  Windows   the tests run without them
`;

/**
 * One shell, so that sudo asks once and the trap removes the guard. invoke-rc.d(8) and deb-systemd-invoke(1p)
 * start nothing while policy-rc.d exits with 101.
 */
const INSTALL = `
guard=/usr/sbin/policy-rc.d
if [ ! -e "$guard" ]; then
  trap 'rm -f "$guard"' EXIT
  trap 'exit 130' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' > "$guard" && chmod 755 "$guard" || exit
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"
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
    process.stdout.write('All peers are installed; nothing to do.\n');
    return 0;
  }
  if (!existsSync('/usr/bin/apt-get')) {
    process.stderr.write(`Missing: ${missing.join(', ')}. ${others}`);
    return 1;
  }
  return install(missing.map((name) => PEERS[name][0]));
}

/** Prints the installed peers; returns the missing ones. */
function report() {
  const names = /** @type {import('../../../../config/peers.d.ts').PeerName[]} */ (
    Object.keys(PEERS)
  );
  return names.filter((name) => {
    const peer = findPeer(name);
    process.stdout.write(
      `${name.padEnd(12)} ${peer ? `${peer.path} (${peer.version})` : 'missing'}\n`,
    );
    return peer === null;
  });
}

/** @param {string[]} packages */
function install(packages) {
  const isRoot = process.getuid?.() === 0;
  process.stdout.write(
    `Installing ${packages.join(' and ')} with apt-get${isRoot ? '' : ' (sudo)'}, without starting services …\n`,
  );
  const command = ['sh', '-c', INSTALL, 'setup:peers', ...packages];
  const [program = '', ...rest] = isRoot ? command : ['sudo', ...command];
  const { status, error } = spawnSync(program, rest, { stdio: 'inherit' });
  if (error) process.stderr.write(`setup:peers: cannot start ${program}: ${error.message}\n`);
  else if (status !== 0) process.stderr.write(`setup:peers: apt-get failed (${status}).\n`);
  if (status !== 0) return status ?? 1;
  return report().length === 0 ? 0 : 1;
}
