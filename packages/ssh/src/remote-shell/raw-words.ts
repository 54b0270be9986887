import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import type { Word } from '@rsync-io/aux-channel';
import { spawnArguments } from '@rsync-io/aux-channel/transport';

/**
 * Replaces the environment and the last `count` arguments with the exact bytes that this process received.
 * Node decodes `process.argv` and `process.env` as UTF-8, and a changed argument could name another path.
 * @throws Error if an argument is not valid UTF-8 and its bytes cannot be read on this system
 */
export function withRawBytes(
  program: string,
  args: readonly string[],
  count: number,
): ReturnType<typeof spawnArguments> {
  const words = process.argv.slice(-count);
  const own = rawWords('/proc/self/cmdline').slice(-count);
  if (own.length !== count || own.some((word, i) => word.toString() !== words[i])) {
    if (!words.some((word) => word.includes('\ufffd'))) return { program, args, env: undefined };
    throw new Error(
      'An argument is not valid UTF-8, and its bytes cannot be read on this system. ' +
        'Nothing was started, because ssh would receive a different argument. Use names in UTF-8.',
    );
  }
  const variables = rawWords('/proc/self/environ').map((word) => {
    const at = word.indexOf('=');
    const value = word.subarray(at + 1);
    return [word.toString('utf8', 0, at), isUtf8(value) ? value.toString() : value] as const;
  });
  const env = { ...process.env, ...Object.fromEntries(variables) } as Record<string, Word>;
  const exact = own.map((word) => (isUtf8(word) ? word.toString() : word));
  return spawnArguments({ program, args: [...args.slice(0, -count), ...exact], env });
}

function rawWords(file: string): Buffer[] {
  try {
    // A NUL ends each word.
    const words = readFileSync(file, 'latin1').split('\0').slice(0, -1);
    return words.map((word) => Buffer.from(word, 'latin1'));
  } catch {
    return [];
  }
}
