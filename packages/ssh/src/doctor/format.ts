import type { Diagnosis } from './diagnose.js';

export function formatDiagnosis(diagnosis: Diagnosis): string {
  const { version, node, platform, arch, kernel, chosen, why } = diagnosis;
  return [
    `rsync-io ${version} on Node ${node}, ${platform} ${arch} (${kernel})`,
    '',
    section('Stderr backend', [[`${chosen}`, why]]),
    section(
      'Backends, in order of preference',
      diagnosis.backends.map(({ name, available, reason }) => [
        `${available ? '✓' : '✗'} ${name}`,
        reason ?? 'works',
      ]),
    ),
    section(
      'Kernel buffers',
      diagnosis.kernelBuffers.map(({ name, bytes, meaning }) => [
        name,
        `${bytes} bytes: ${meaning}`,
      ]),
    ),
    section(
      'Flag ssh-socketpair-stderr',
      diagnosis.flags.map((flag) => [flag.package, flag.state]),
    ),
    section(
      'Programs',
      diagnosis.programs.map(({ name, version: found }) => [name, found ?? '✗ not found on PATH']),
    ),
  ]
    .filter((part) => part !== null)
    .join('\n');
}

function section(title: string, rows: readonly (readonly [string, string])[]): string | null {
  if (rows.length === 0) return null;
  const width = Math.max(...rows.map(([name]) => name.length));
  return [title, ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join('\n');
}
