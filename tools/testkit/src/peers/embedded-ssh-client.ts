import { readFileSync, writeSync } from 'node:fs';
import ssh2 from 'ssh2';

// embedded-ssh-client [-F file] [-p port] [-l user] [-i key] [-o …] [--] [user@]host command… Replaces
// ssh where it is not installed: one exec session, with the exit statuses of ssh and its own messages.

const FAILED = 255;

function fail(message: string): never {
  writeSync(2, `${message}\r\n`);
  process.exit(FAILED);
}

/** The keywords of ssh_config(5) that the servers of this package write. */
function readConfig(file: string): Map<string, string> {
  const lines = readFileSync(file, 'utf8').split('\n');
  const entries = lines.map((line) => /^\s*(\w+)\s+"?([^"]*)"?$/.exec(line));
  return new Map(
    entries.flatMap((match) => (match ? [[match[1] as string, match[2] as string]] : [])),
  );
}

const words = process.argv.slice(2);
const options = new Map<string, string>();
while (words[0]?.startsWith('-')) {
  const option = words.shift() as string;
  if (option === '--') break;
  const [, letter, value] = /^(-[FpliobcmEJSW])(.*)$/.exec(option) ?? [];
  if (letter) options.set(letter, value || (words.shift() ?? ''));
}
const target = words.shift() ?? fail('usage: embedded-ssh-client [user@]host command');
const config = options.has('-F')
  ? readConfig(options.get('-F') as string)
  : new Map<string, string>();
const at = target.lastIndexOf('@');
const host = target.slice(at + 1);
const username =
  at === -1 ? (options.get('-l') ?? config.get('User') ?? 'rsync-io') : target.slice(0, at);
const port = Number(options.get('-p') ?? config.get('Port') ?? 22);
const identity = options.get('-i') ?? config.get('IdentityFile');
const knownHosts = config.get('UserKnownHostsFile');
const knownKeys = knownHosts
  ? readFileSync(knownHosts, 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[2])
  : [];

const client = new ssh2.Client();
client.on('error', (error: Error & { code?: string; level?: string }) => {
  if (error.code === 'ECONNREFUSED')
    fail(`ssh: connect to host ${host} port ${port}: Connection refused`);
  if (error.code === 'ENOTFOUND')
    fail(`ssh: Could not resolve hostname ${host}: Name or service not known`);
  if (error.level === 'client-authentication')
    fail(`${username}@${host}: Permission denied (publickey).`);
  if (error.level === 'handshake') fail('Host key verification failed.');
  fail(`kex_exchange_identification: ${error.message}`);
});
client.on('ready', () => {
  client.exec(words.join(' '), (error, channel) => {
    if (error) fail(`exec request failed: ${error.message}`);
    let status = FAILED;
    channel.on('exit', (code: number | null) => (status = code ?? FAILED));
    channel.on('close', () => {
      process.exitCode = status;
      client.end();
      process.stdin.destroy();
    });
    process.stdin.pipe(channel);
    channel.pipe(process.stdout);
    channel.stderr.pipe(process.stderr);
  });
});
client.connect({
  host,
  port,
  username,
  ...(identity && { privateKey: readFileSync(identity) }),
  hostVerifier: (key: Buffer) => knownKeys.includes(key.toString('base64')),
});
