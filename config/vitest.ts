import path from 'node:path';
import {
  configDefaults,
  defineConfig,
  type ViteUserConfig,
  type ViteUserConfigExport,
} from 'vitest/config';
import { FLAG, testMode, type TestRun, testRuns, workspaceProjects } from './flag.ts';
import { ResultsReporter } from './results-reporter.ts';

const ALL = 'test/**/*.test.ts';
const SLOW = 'test/**/*.slow.test.ts';
const COMMANDS = 'test/commands/**/*.test.ts';

/** Tests in `test/unix` and `test/windows` cover features of that platform. */
const otherPlatform = process.platform === 'win32' ? 'unix' : 'windows';

/**
 * The tests of one package, once for each state of the flag that matters to it: as `<name>`, or as `<name>:off`
 * and `<name>:on`.
 *
 * The mode of Vitest chooses the tests, and each target of Nx has its own: `fast`, `commands`, and `slow` for files
 * called `*.slow.test.ts`, which need real peers, much time or many processes. All tests of a tool without fast ones are
 * slow. Without a mode, Vitest runs all. The flag cannot matter to those in `once`, which do not run with it off.
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
  const scripts = workspaceProjects().find((it) => it.folder === folder)?.scripts ?? {};
  const hasFast = Object.values(scripts).some((script) => testMode(script) === 'fast');
  const include: Record<string, string> = { commands: COMMANDS, slow: hasFast ? SLOW : ALL };
  const project = (run: TestRun, mode: string) => {
    const conditions = run === 'on' ? [FLAG] : [];
    return {
      define: { __SSH_SOCKETPAIR_STDERR__: String(run === 'on') },
      resolve: { conditions: [...conditions, 'module', 'node', 'import', 'default'] },
      ssr: { resolve: { conditions: [...conditions, 'module', 'node', 'import', 'default'] } },
      test: {
        name: run === 'any' ? name : `${name}:${run}`,
        include: [include[mode] ?? ALL],
        exclude: [
          ...configDefaults.exclude,
          `test/${otherPlatform}/**`,
          ...(mode === 'fast' || mode === 'commands' ? [SLOW] : []),
          ...(mode === 'fast' ? [COMMANDS] : []),
          ...(run === 'off' && mode !== 'commands' ? once : []),
        ],
        pool: 'forks' as const,
        // Most tests wait for a child, not for the processor. But Vitest gives up a worker that has not started after a
        // minute, which more workers would reach on a busy machine, and these in an emulator.
        maxWorkers: Number(process.env['VITEST_MAX_WORKERS'] ?? 4),
        execArgv: conditions.flatMap((condition) => ['-C', condition]),
        env: { RSYNC_IO_FLAG_STATE: run === 'on' ? 'on' : 'off' },
        setupFiles: [path.join(import.meta.dirname, 'test-environment.ts')],
        server: { deps: { external: [/\/(?:packages|tools)\/[^/]+\/dist\//] } },
        // A hung test is to be found, a starved machine to be waited for.
        testTimeout: 600_000,
        hookTimeout: 600_000,
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
