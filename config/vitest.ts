import { configDefaults, defineConfig, type ViteUserConfig } from 'vitest/config';
import { ResultsReporter } from './results-reporter.ts';
import { FLAG } from './tsup.ts';

type FlagState = 'off' | 'on';

/** Both states, or the one that `RSYNC_IO_FLAG` names (CI's matrix has a column for it). */
function statesToRun(): FlagState[] {
  const only = process.env['RSYNC_IO_FLAG'];
  if (!only) return ['off', 'on'];
  if (only === 'off' || only === 'on') return [only];
  throw new Error(`RSYNC_IO_FLAG is '${only}': set it to 'off' or 'on', or unset it for both`);
}

/** Tests in `test/unix` and `test/windows` are about what only that platform has. */
const otherPlatform = process.platform === 'win32' ? 'unix' : 'windows';

/**
 * The tests of one package, run once for each state of the flag: as `<name>:off` and `<name>:on`.
 *
 * Packages see each other as users see them: built, through `exports`, and loaded by Node itself.
 * So an error class exists once, a thread can load a backend by its file, and the flag is chosen by
 * the same export condition that consumers use. A package's own `src` is imported by its unit tests only.
 */
export function packageTests(name: string, overrides: ViteUserConfig['test'] = {}): ViteUserConfig {
  const project = (state: FlagState) => {
    const conditions = state === 'on' ? [FLAG] : [];
    return {
      define: { __SSH_SOCKETPAIR_STDERR__: String(state === 'on') },
      resolve: { conditions: [...conditions, 'module', 'node', 'import', 'default'] },
      ssr: { resolve: { conditions: [...conditions, 'module', 'node', 'import', 'default'] } },
      test: {
        name: `${name}:${state}`,
        include: ['test/**/*.test.ts'],
        exclude: [...configDefaults.exclude, `test/${otherPlatform}/**`],
        pool: 'forks' as const,
        execArgv: conditions.flatMap((condition) => ['-C', condition]),
        env: { RSYNC_IO_FLAG_STATE: state },
        server: { deps: { external: [/\/(?:packages|tools)\/[^/]+\/dist\//] } },
        testTimeout: 60_000,
        hookTimeout: 60_000,
        ...overrides,
      },
    };
  };
  return defineConfig({
    test: {
      projects: statesToRun().map(project),
      reporters: ['default', new ResultsReporter()],
    },
  });
}
