import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

/*
 * Proves that `@nx/enforce-module-boundaries` works: without a cached project graph the rule reports nothing, so
 * a successful lint is no proof.
 */

const ROOT = path.resolve(import.meta.dirname, '../../..');
const RULE = '@nx/enforce-module-boundaries';

/** The same import in each form that TypeScript has. */
const forms = (name: string) => ({
  static: `import * as it from '${name}';\nexport default it;\n`,
  dynamic: `export default await import('${name}');\n`,
  'import type': `import type * as it from '${name}';\nexport type It = typeof it;\n`,
  're-export': `export * from '${name}';\n`,
});

let eslint: ESLint;
beforeAll(() => {
  // The rule reads the project graph that nx caches.
  const nx = createRequire(import.meta.url).resolve('nx/bin/nx.js');
  execFileSync(process.execPath, [nx, 'show', 'projects'], { cwd: ROOT, stdio: 'pipe' });
  eslint = new ESLint({
    cwd: ROOT,
    ruleFilter: ({ ruleId }) => ruleId === RULE,
    // The rule needs no types, and linting without types takes a tenth of the time.
    overrideConfig: [{ languageOptions: { parserOptions: { projectService: false } } }],
  });
});

/** Lints a text as the content of a file. */
async function isReported(file: string, text: string): Promise<boolean> {
  const [result] = await eslint.lintText(text, { filePath: path.join(ROOT, file) });
  if (!result) throw new Error(`ESLint ignores ${file}`);
  const unreadable = result.messages.find((message) => message.fatal);
  if (unreadable) throw new Error(unreadable.message);
  return result.messages.some((message) => message.ruleId === RULE);
}

function judges(expected: 'reported' | 'accepted', cases: [file: string, name: string][]) {
  describe.each(cases)(`${expected}: in %s, of %s`, (file, name) => {
    it.each(Object.entries(forms(name)))('%s import', async (_form, text) => {
      expect(await isReported(file, text)).toBe(expected === 'reported');
    });
  });
}

judges('reported', [
  ['packages/transport-async/src/index.ts', '@rsync-io/socketpair'],
  ['packages/transport-async/src/index.ts', '@rsync-io/pipe'],
  ['packages/transport-async/src/index.ts', '@rsync-io/testkit'],
  ['packages/transport-async/src/index.ts', '@rsync-io/ssh'],
  ['packages/transport-async/src/index.ts', '../../socketpair/src/index.js'],
  ['packages/transport-async/test/virtual.test.ts', '@rsync-io/ssh'],
  ['packages/pipe/src/index.ts', '@rsync-io/socketpair'],
  ['packages/socketpair/src/index.ts', '@rsync-io/pipe'],
  ['packages/win-shim/src/index.ts', '@rsync-io/pipe'],
  ['packages/transport-sync/src/index.ts', '@rsync-io/win-shim'],
  ['packages/socketpair/test/virtual.test.ts', '@rsync-io/pipe'],
  ['packages/aux-channel/src/index.ts', '@rsync-io/pipe'],
  ['packages/aux-channel/test/virtual.test.ts', '@rsync-io/testkit'],
  ['tools/testkit/src/index.ts', '@rsync-io/pipe'],
  ['tools/testkit/test/virtual.test.ts', '@rsync-io/pipe'],
]);

judges('accepted', [
  ['packages/transport-async/src/index.ts', '@rsync-io/aux-channel'],
  ['packages/transport-async/test/virtual.test.ts', '@rsync-io/testkit'],
  ['packages/transport-async/test/virtual.test.ts', '@rsync-io/socketpair'],
  ['packages/pipe/src/index.ts', '@rsync-io/aux-channel'],
  ['packages/ssh/src/index.ts', '@rsync-io/socketpair'],
]);
