import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A number from 0 up to, but not including, `below`. */
export type Random = (below: number) => number;

/** The same numbers for the same seed, everywhere. */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return (below) => uniformInt(generator, 0, below - 1);
}

/** Inputs do not grow beyond this; the limit of a line, 64 KiB, is within reach. Unit: bytes. */
export const LONGEST_INPUT = 200_000;

/** Bytes that mean something to what is fuzzed. */
const WORDS = [
  ...[
    '\n',
    '\r\n',
    '\r',
    '\0',
    '\x1b',
    '\x1b[',
    '\x1b[31m',
    '\x1b[K',
    '\x1b]0;',
    '\x07',
    '\x9b',
    '\xc2\x9b',
  ],
  ...[
    '\xe2\x82\xac',
    '\xf0\x9f\x9a\x80',
    '\xed\xa0\x80',
    '\xff',
    '\\#033',
    ': ',
    ' port 22',
    '[sender=3.5.0]',
  ],
  ...[
    'ssh: ',
    'rsync: ',
    'rsync error: ',
    ' (code 12) at io.c(1)',
    'Permission denied (publickey).',
  ],
  ...[
    'Host key verification failed.',
    'Connection refused',
    'command not found',
    'kex_exchange_identification: ',
  ],
  ...['@@@@@', 'bash: line 1: ', 'Connection closed by ', 'is your shell clean?', 'debug1: '],
].map((word) => Buffer.from(word, 'latin1'));

/** One to four small changes to an input; `other` is crossed in now and then. */
export function mutate(input: Buffer, other: Buffer, random: Random): Buffer {
  let bytes = input;
  for (let left = 1 + random(4); left > 0; left--) bytes = changed(bytes, other, random);
  return bytes.subarray(0, LONGEST_INPUT);
}

function changed(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const at = random(bytes.length + 1);
  const insert = (what: Uint8Array) =>
    Buffer.concat([bytes.subarray(0, at), what, bytes.subarray(at)]);
  const end = at + random(bytes.length - at + 1);
  switch (random(8)) {
    case 0:
      return insert(WORDS[random(WORDS.length)] as Buffer);
    case 1:
      return insert(Buffer.of(random(256)));
    case 2: {
      const copy = Buffer.from(bytes);
      if (copy.length > 0)
        copy[at % copy.length] = (copy[at % copy.length] as number) ^ (1 << random(8));
      return copy;
    }
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    case 4:
      return insert(bytes.subarray(at, end));
    case 5: {
      const from = random(other.length + 1);
      return insert(other.subarray(from, from + random(other.length - from + 1)));
    }
    case 6:
      return bytes.subarray(0, at);
    default:
      // Towards the limits of a line and of the window.
      return insert(Buffer.alloc(1 << random(17), random(2) === 0 ? 'x' : (bytes[at] ?? 10)));
  }
}
