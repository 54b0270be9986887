import path from 'node:path';
import { compilePrograms } from '@rsync-io/kit/programs';
import { run } from '@rsync-io/kit/run';
import { CACHE } from '@rsync-io/kit/workspace';
import { fetchProgram } from '../src/download.ts';

const SOURCE = path.join(import.meta.dirname, 'fixtures/features.ts');

/** Much longer than any feature takes. Unit: milliseconds. */
const FEATURE_MS = 60_000;

/** JavaScript runtimes besides Node, by the npm packages that contain them. */
const RUNTIMES = {
  bun: { package: `@oven/bun-linux-x64@1`, program: 'bin/bun', args: [] },
  deno: {
    package: `@deno/linux-x64-glibc@2`,
    program: 'deno',
    args: ['run', '-A', '--quiet', '--no-lock'],
  },
};

export const RUNTIME_NAMES = ['node', 'bun', 'deno'] as const;
export type RuntimeName = (typeof RUNTIME_NAMES)[number];

export interface Runtime {
  readonly version: string;
  /** The output of each feature: the backend, or the reason why it does not work. */
  readonly results: Readonly<Record<string, string>>;
}

/** Tries every feature on a runtime, which is downloaded on first use. Rejects if it cannot be. */
export async function tryRuntime(name: RuntimeName): Promise<Runtime> {
  const command = await commandOf(name);
  const { output: list } = await run(command);
  const results: Record<string, string> = {};
  for (const feature of list.trim().split('\n')) {
    const { output, status } = await run([...command, feature], { timeoutMs: FEATURE_MS });
    const lines = output.trim().split('\n');
    const result = lines.find((line) => !line.startsWith('rsync-io: The socketpair backend'));
    results[feature] = status === 0 && result ? result : `failed (status ${status}): ${output}`;
  }
  const [program = ''] = command;
  const { output } = await run([program, '--version']);
  return { version: /\d+\.\d+\.\d+/.exec(output)?.[0] ?? output, results };
}

/** The command line that runs the features. */
async function commandOf(name: RuntimeName): Promise<string[]> {
  if (name === 'node') {
    return [
      process.execPath,
      path.join(await compilePrograms({ features: SOURCE }), 'features.mjs'),
    ];
  }
  const { package: source, program, args } = RUNTIMES[name];
  const file = path.join(CACHE, 'runtimes', source.replace(/^.*\//, ''), name);
  await fetchProgram(source, program, file);
  return [file, ...args, SOURCE];
}
