import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** Results of one run of a project's tests. `tools/verify` reads them for the summary. */
export interface RunResults {
  /** `off` or `on` for a state of the flag; `any` if it does not matter to the project. */
  run: string;
  /** Test files that failed to load and hooks that failed, each with its message. */
  errors: string[];
  tests: { title: string; status: 'passed' | 'failed' | 'skipped'; note?: string }[];
}

/**
 * Writes `test-results/<mode>/<run>.json`, one file for each state of the flag; without a mode,
 * `test-results/<run>.json`. Vitest's own JSON report does not say
 * which project of a run a result belongs to.
 */
export class ResultsReporter implements Reporter {
  readonly #folder: string;
  readonly #perRun = new Map<string, RunResults>();
  #root = '';

  constructor(mode: string) {
    this.#folder = mode === 'test' ? '' : mode;
  }

  onInit(vitest: Vitest): void {
    this.#root = vitest.config.root;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) this.#add(module);
    const folder = path.join(this.#root, 'test-results', this.#folder);
    mkdirSync(folder, { recursive: true });
    for (const results of this.#perRun.values()) {
      const file = path.join(folder, `${results.run}.json`);
      writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
    }
  }

  #add(module: TestModule): void {
    const results = this.#resultsOf(module.project.name);
    const file = path.relative(this.#root, module.moduleId).replaceAll('\\', '/');
    const suites = [module, ...module.children.allSuites()];
    for (const suite of suites) {
      for (const error of suite.errors()) results.errors.push(`${file}: ${error.message}`);
    }
    for (const test of module.children.allTests()) {
      const { state, ...result } = test.result();
      const note = 'note' in result ? result.note : undefined;
      results.tests.push({
        title: `${file} > ${test.fullName}`,
        // A test that never ran (its file failed, the run was interrupted) did not pass.
        status: state === 'pending' ? 'failed' : state,
        ...(note === undefined ? {} : { note }),
      });
    }
  }

  #resultsOf(projectName: string): RunResults {
    const run = projectName.split(':')[1] ?? 'any';
    let results = this.#perRun.get(run);
    if (!results) this.#perRun.set(run, (results = { run, errors: [], tests: [] }));
    return results;
  }
}
