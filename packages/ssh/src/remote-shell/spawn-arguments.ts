/** Restores the bytes of its words and executes them; `.` keeps newlines that `$()` would drop. */
const DECODE_AND_EXEC =
  'for word do word=$(printf "%b." "$word"); set -- "$@" "${word%.}"; shift; done; exec "$@"';

type Word = string | Uint8Array;

/** The command that starts `program` with words that `child_process` cannot pass: by `sh`, as octal escapes. */
export function spawnArguments(command: {
  readonly program: string;
  readonly args: readonly Word[];
  readonly env: Readonly<Record<string, Word | undefined>>;
}) {
  const env: Record<string, string> = {};
  const settings: Word[] = [];
  for (const [name, value] of Object.entries(command.env)) {
    if (typeof value === 'string') env[name] = value;
    else if (value !== undefined) settings.push(Buffer.concat([Buffer.from(`${name}=`), value]));
  }
  const words = [
    ...(settings.length > 0 ? ['env', ...settings] : []),
    command.program,
    ...command.args,
  ];
  return { program: '/bin/sh', args: ['-c', DECODE_AND_EXEC, 'sh', ...words.map(escaped)], env };
}

const escaped = (word: Word) =>
  Buffer.from(word as string)
    .toString('latin1')
    .replace(
      /[^\x20-\x5b\x5d-\x7e]/g,
      (char) => `\\0${char.charCodeAt(0).toString(8).padStart(3, '0')}`,
    );
