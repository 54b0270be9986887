import type { Random } from '@rsync-io/kit/random';

/** Inputs do not grow beyond this; it allows lines longer than the limit of 64 KiB. Unit: bytes. */
const MAX_INPUT = 200_000;

/** Byte sequences with a meaning for the code under test. */
const TOKENS = [
  ...['\n', '\r\n', '\r', '\0', '\x1b', '\x1b[', '\x1b[31m', '\x1b[K', '\x1b]0;', '\x07', '\x9b'],
  ...['\xc2\x9b', '\xe2\x82\xac', '\xf0\x9f\x9a\x80', '\xed\xa0\x80', '\xff', '\\#033', ': '],
  ...[' port 22', '[sender=3.5.0]', 'ssh: ', 'rsync: ', 'rsync error: ', ' (code 12) at io.c(1)'],
  ...['Permission denied (publickey).', 'Host key verification failed.', 'Connection refused'],
  ...['command not found', 'kex_exchange_identification: ', '@@@@@', 'bash: line 1: ', 'debug1: '],
  ...['Connection closed by ', 'is your shell clean?'],
].map((token) => Buffer.from(token, 'latin1'));

/** Applies one to four small changes to an input, some of which insert parts of `other`. */
export function mutate(input: Buffer, other: Buffer, random: Random): Buffer {
  let bytes = input;
  for (let left = 1 + random(4); left > 0; left--) bytes = changed(bytes, other, random);
  return bytes.subarray(0, MAX_INPUT);
}

function changed(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const at = random(bytes.length + 1);
  const end = at + random(bytes.length - at + 1);
  const from = random(other.length + 1);
  const byte = bytes[at] ?? 10;
  const changes: (() => [insert: Uint8Array, until: number])[] = [
    () => [TOKENS[random(TOKENS.length)] as Buffer, at],
    () => [Buffer.of(random(256)), at],
    () => [Buffer.of(byte ^ (1 << random(8))), at + 1],
    () => [Buffer.alloc(0), end],
    () => [bytes.subarray(at, end), at],
    () => [other.subarray(from, from + random(other.length - from + 1)), at],
    () => [Buffer.alloc(0), bytes.length],
    // Long runs, to reach the limits of a line and of the window.
    () => [Buffer.alloc(1 << random(17), random(2) === 0 ? 'x' : byte), at],
  ];
  const [insert, until] = changes[random(changes.length)]!();
  return Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(until)]);
}
