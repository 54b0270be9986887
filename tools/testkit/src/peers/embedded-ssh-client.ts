import { readFileSync, writeSync } from 'node:fs';
import ssh2 from 'ssh2';

// embedded-ssh-client [-F file] [-p port] [-l user] [-i key] [-o …] [--] [user@]host command… Replaces
// ssh where it is not installed: one exec session, with the exit statuses of ssh and its own messages.

const FAILED = 255;

function fail(message: string): never {
  writeSync(2, `${message}\r\n`);
  process.exit(FAILED);
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
const [, user, host = ''] = /^(?:(.*)@)?(.*)$/.exec(target) ?? [];
const readLines = (file: string | undefined) =>
  file ? readFileSync(file, 'utf8').split('\n') : [];

/** The keywords of ssh_config(5) that the servers of this package write. */
const config = new Map<string, string>();
for (const line of readLines(options.get('-F'))) {
  const [, keyword, value] = /^\s*(\w+)\s+"?([^"]*)"?$/.exec(line) ?? [];
  if (keyword !== undefined && value !== undefined) config.set(keyword, value);
}
const username = user ?? options.get('-l') ?? config.get('User') ?? 'rsync-io';
const port = Number(options.get('-p') ?? config.get('Port') ?? 22);
const identity = options.get('-i') ?? config.get('IdentityFile');
const knownKeys = readLines(config.get('UserKnownHostsFile')).map((line) => line.split(' ')[2]);

/** By the code or the level of ssh2's error. */
const MESSAGES: Readonly<Record<string, string>> = {
  ECONNREFUSED: `ssh: connect to host ${host} port ${port}: Connection refused`,
  ENOTFOUND: `ssh: Could not resolve hostname ${host}: Name or service not known`,
  'client-authentication': `${username}@${host}: Permission denied (publickey).`,
  handshake: 'Host key verification failed.',
};

const client = new ssh2.Client();
client.on('error', (error: Error & { code?: string; level?: string }) => {
  const known = MESSAGES[error.code ?? ''] ?? MESSAGES[error.level ?? ''];
  fail(known ?? `kex_exchange_identification: ${error.message}`);
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
