import path from 'node:path';
import {
  configDefaults,
  defineConfig,
  type ViteUserConfig,
  type ViteUserConfigExport,
} from 'vitest/config';
import { FLAG, type TestRun, testRuns, workspaceProjects } from './flag.ts';
import { ResultsReporter } from './results-reporter.ts';

const SLOW = 'test/**/*.slow.test.ts';

/** Tests in `test/unix` and `test/windows` cover features of that platform. */
const otherPlatform = process.platform === 'win32' ? 'unix' : 'windows';

/**
 * The tests of one package, once for each state of the flag that matters to it: as `<name>`, or as `<name>:off`
 * and `<name>:on`.
 *
 * `npm test` runs Vitest with `--mode fast`, which leaves out files called `*.slow.test.ts`: tests that need real
 * peers, much time or many processes. `npm run test:all` runs those with `--mode slow`. All tests of a project
 * without a script `test`, such as those of a tool, are slow. Without a mode, Vitest runs both kinds.
 *
 * Packages see each other as users see them: built, through `exports`, and loaded by Node itself.
 * So an error class exists once, a thread can load a backend by its file, and the flag is chosen by
 * the same export condition that consumers use. A package's own `src` is imported by its unit tests only.
 */
export function packageTests(
  name: string,
  { once = [], ...overrides }: ViteUserConfig['test'] & { once?: string[] } = {},
): ViteUserConfigExport {
  const folder = process.cwd();
  const onlySlow = !workspaceProjects().find((it) => it.folder === folder)?.scripts['test'];
  const project = (run: TestRun, mode: string) => {
    const conditions = run === 'on' ? [FLAG] : [];
    return {
      define: { __SSH_SOCKETPAIR_STDERR__: String(run === 'on') },
      resolve: { conditions: [...conditions, 'module', 'node', 'import', 'default'] },
      ssr: { resolve: { conditions: [...conditions, 'module', 'node', 'import', 'default'] } },
      test: {
        name: run === 'any' ? name : `${name}:${run}`,
        include: [mode === 'slow' && !onlySlow ? SLOW : 'test/**/*.test.ts'],
        exclude: [
          ...configDefaults.exclude,
          `test/${otherPlatform}/**`,
          ...(mode === 'fast' ? [SLOW] : []),
          ...(run === 'off' ? once : []),
        ],
        pool: 'forks' as const,
        // Most tests wait for a child, not for the processor.
        maxWorkers: 2,
        execArgv: conditions.flatMap((condition) => ['-C', condition]),
        env: { RSYNC_IO_FLAG_STATE: run === 'on' ? 'on' : 'off' },
        setupFiles: [path.join(import.meta.dirname, 'test-environment.ts')],
        server: { deps: { external: [/\/(?:packages|tools)\/[^/]+\/dist\//] } },
        testTimeout: mode === 'fast' ? 120_000 : 600_000,
        hookTimeout: 120_000,
        ...overrides,
      },
    };
  };
  return defineConfig(({ mode }) => ({
    test: {
      projects: testRuns(folder, mode).map((run) => project(run, mode)),
      reporters: ['default', new ResultsReporter(mode)],
    },
  }));
}
