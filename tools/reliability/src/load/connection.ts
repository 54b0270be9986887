import { SshCommand } from '@rsync-io/ssh';
import type { Material } from '../race/material.ts';
import type { Choices } from '../choices.ts';

/** How many bytes one connection moves in each direction, and how its child ends. */
export interface LoadConnection {
  /** `null`: nothing is pushed, and the child does not read its stdin. */
  readonly stdinBytes: number | null;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  readonly exitCode: number;
}

const SIZES = [3, 3, 80, 4_096, 65_536, 300_000, 1_000_000];

export function connectionOf(
  random: Choices,
  kind: 'push' | 'pull',
  stderr: boolean,
): LoadConnection {
  return {
    stdinBytes: kind === 'push' ? random.pick(SIZES) : null,
    stdoutBytes: kind === 'push' ? random.pick([0, 3]) : random.pick(SIZES),
    stderrBytes: stderr ? random.pick([0, 40, 5_000, 100_000]) : 0,
    exitCode: random.pick([0, 0, 0, 23]),
  };
}

/** The connection's child, a shell script; what it reads from stdin goes to `stdinFile`. */
export function commandOf(
  { stdinBytes, stdoutBytes, stderrBytes, exitCode }: LoadConnection,
  material: Material,
  stdinFile: string,
): SshCommand {
  const script = [
    stderrBytes > 0 ? 'head -c "$5" "$2" >&2' : ':',
    stdinBytes === null ? ':' : 'cat > "$3"',
    stdoutBytes > 0 ? 'head -c "$4" "$1"' : ':',
    `exit ${exitCode}`,
  ].join('\n');
  const words = [material.stdoutFile, material.stderrFile, stdinFile, stdoutBytes, stderrBytes];
  return SshCommand.raw('sh', ['-c', script, 'sh', ...words.map(String)]);
}
