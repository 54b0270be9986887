// fake-remote-shell [ssh options] host command…: runs the command here, by sh, as sshd would.
// The hosts refused.invalid and denied.invalid fail with OpenSSH's own words.
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';

const WITH_VALUE = /^-[bceFiIJlLmoOpQRSwWBDE]$/;
const words = process.argv.slice(2);
while (words[0]?.startsWith('-')) {
  const option = words.shift();
  if (option === '--') break;
  if (WITH_VALUE.test(option)) words.shift();
}
const host = words.shift()?.split('@').at(-1);
const failures = {
  'refused.invalid': 'ssh: connect to host refused.invalid port 22: Connection refused',
  'denied.invalid': 'user@denied.invalid: Permission denied (publickey).',
};
if (host === undefined || host in failures) {
  writeSync(2, `${failures[host] ?? 'usage: fake-remote-shell host command'}\r\n`);
  process.exit(255);
}
const child = spawn(words.join(' '), { shell: true, stdio: 'inherit' });
child.on('exit', (code, signal) =>
  signal ? process.kill(process.pid, signal) : process.exit(code),
);
