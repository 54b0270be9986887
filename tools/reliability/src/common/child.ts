import { SshCommand } from '@rsync-io/aux-channel';
import type { Material } from './material.ts';

/** One step of a child, which is a shell script: a slice of the material, or a shell command. */
export type Step = Slice | string;

export interface Slice {
  readonly fd: 1 | 2;
  readonly of: 'bytes' | 'lines';
  readonly from: number;
  readonly bytes: number;
}

const isSlice = (step: Step): step is Slice => typeof step !== 'string';

/** The child. Its commands find the file for what they read from stdin as `$3`. */
export function childCommand(
  steps: readonly Step[],
  { files }: Material,
  stdinFile = '/dev/null',
  options?: Parameters<typeof SshCommand.raw>[2],
): SshCommand {
  const commands = steps.map((step) => {
    if (!isSlice(step)) return step;
    const file = step.of === 'bytes' ? '"$1"' : '"$2"';
    if (step.bytes === 0) return ':';
    // Their own complaints about a reader that is gone must not reach a terminal.
    return `{ tail -c +${step.from + 1} ${file} | head -c ${step.bytes}; } >&${step.fd} 2>/dev/null`;
  });
  const script = commands.join('\n');
  return SshCommand.raw('sh', ['-c', script, 'sh', files.bytes, files.lines, stdinFile], options);
}

/** Everything that the steps write to a descriptor. */
export const writtenTo = (fd: 1 | 2, steps: readonly Step[], material: Material): Buffer =>
  Buffer.concat(
    steps
      .filter(isSlice)
      .filter((slice) => slice.fd === fd)
      .map(({ of, from, bytes }) => material[of].subarray(from, from + bytes)),
  );
