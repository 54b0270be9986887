import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** What one state of the flag came to; `tools/verify` reads it for the summary of `npm test`. */
export interface FlagResults {
  project: string;
  state: string;
  /** Test files that could not be loaded, and failures of a suite's own hooks, each with its message. */
  errors: string[];
  tests: { title: string; status: 'passed' | 'failed' | 'skipped'; note?: string }[];
}

/**
 * Writes `test-results/<state>.json`, one file per state of the flag. (Vitest's own JSON report does
 * not tell the projects of one run apart.)
 */
export class ResultsReporter implements Reporter {
  readonly #perState = new Map<string, FlagResults>();
  #root = '';

  onInit(vitest: Vitest): void {
    this.#root = vitest.config.root;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) this.#add(module);
    const folder = path.join(this.#root, 'test-results');
    mkdirSync(folder, { recursive: true });
    for (const results of this.#perState.values()) {
      const file = path.join(folder, `${results.state}.json`);
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

  #resultsOf(projectName: string): FlagResults {
    const [project = projectName, state = 'all'] = projectName.split(':');
    let results = this.#perState.get(state);
    if (!results) this.#perState.set(state, (results = { project, state, errors: [], tests: [] }));
    return results;
  }
}
