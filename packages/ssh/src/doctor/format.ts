import type { Diagnosis } from './diagnose.js';

export function formatDiagnosis(diagnosis: Diagnosis): string {
  const { version, node, platform, arch, kernel, chosen, why } = diagnosis;
  const sections: [title: string, rows: [name: string, text: string][]][] = [
    ['Stderr backend', [[chosen, why]]],
    [
      'Backends, in order of preference',
      diagnosis.backends.map((one) => [
        `${one.available ? '✓' : '✗'} ${one.name}`,
        one.reason ?? 'works',
      ]),
    ],
    [
      'Kernel buffers',
      diagnosis.kernelBuffers.map((one) => [one.name, `${one.bytes} bytes: ${one.meaning}`]),
    ],
    ['Flag ssh-socketpair-stderr', diagnosis.flags.map((flag) => [flag.package, flag.state])],
    ['Programs', diagnosis.programs.map((one) => [one.name, one.version ?? '✗ not found on PATH'])],
  ];
  return [
    `rsync-io ${version} on Node ${node}, ${platform} ${arch} (${kernel})`,
    '',
    ...sections.filter(([, rows]) => rows.length > 0).map(formatSection),
  ].join('\n');
}

function formatSection([title, rows]: [string, [string, string][]]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return [title, ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join('\n');
}
