import type { SshCommand } from './ssh-command.js';
import type { Word } from './word.js';

/** Decodes and executes its arguments. The final `.` protects newlines from command substitution. */
const DECODE_AND_EXEC =
  'for word do word=$(printf "%b." "$word"); set -- "$@" "${word%.}"; shift; done; exec "$@"';

/**
 * Returns the arguments of `child_process.spawn` for a command. Node encodes every string as UTF-8, so a
 * command with other bytes is started by `sh`, which receives octal escapes (printf(1), `%b`) and executes
 * the program in its own place. `env` sets variables with such values.
 */
export function spawnArguments(command: Pick<SshCommand, 'program' | 'args' | 'env'>) {
  const { program, args, env } = command;
  const variables = Object.entries(env ?? {});
  const strings = variables.filter((entry): entry is [string, string] => isString(entry[1]));
  const settings = variables.flatMap(([name, value]) =>
    isString(value) ? [] : [Buffer.concat([Buffer.from(`${name}=`), value])],
  );
  const plainEnv = env === undefined ? undefined : Object.fromEntries(strings);
  if (settings.length === 0 && args.every(isString)) return { program, args, env: plainEnv };
  const words = [...(settings.length > 0 ? ['env', ...settings] : []), program, ...args];
  return {
    program: '/bin/sh',
    args: ['-c', DECODE_AND_EXEC, 'sh', ...words.map(escaped)],
    env: plainEnv,
  };
}

const isString = (word: Word): word is string => typeof word === 'string';

/** Encodes everything except printable ASCII as `\0ooo`. */
function escaped(word: Word): string {
  const latin1 = Buffer.from(word as string).toString('latin1');
  return latin1.replace(
    /[^\x20-\x5b\x5d-\x7e]/g,
    (char) => `\\0${char.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
