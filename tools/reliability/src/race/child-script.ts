import type { Material } from './material.ts';
import type { Plan } from './plan.ts';

/** Longer than any run; nothing waits for it. Unit: seconds. */
const GRANDCHILD_SECONDS = 5;

/** The plan's child as arguments of `sh`. Its stdin is saved in `stdinFile`. */
export function childScript(plan: Plan, material: Material, stdinFile: string): string[] {
  const written = { stdout: 0, stderr: 0 };
  const commands = plan.child.steps.map((step) => {
    switch (step.kind) {
      case 'pause':
        return `sleep ${(step.ms / 1_000).toFixed(3)}`;
      case 'grandchild':
        return `sleep ${GRANDCHILD_SECONDS} &`;
      default: {
        const start = written[step.kind];
        written[step.kind] += step.bytes;
        const file = step.kind === 'stdout' ? '$1' : '$2';
        const slice = `tail -c +${start + 1} "${file}" | head -c ${step.bytes}`;
        return step.kind === 'stdout' ? slice : `{ ${slice}; } >&2`;
      }
    }
  });
  if (plan.child.readsStdin) commands.push('cat > "$3"');
  commands.push(`exit ${plan.child.exitCode}`);
  return ['-c', commands.join('\n'), 'sh', material.stdoutFile, material.stderrFile, stdinFile];
}
