import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ESLint } from 'eslint';
import { ROOT, toolCommand } from './workspace.js';

/*
 * Shows that `@nx/enforce-module-boundaries` bites: texts that break the rule must be reported, and
 * texts that keep it must not. The rule says nothing at all when no project graph is cached, so a
 * green lint alone proves nothing.
 */

const RULE = '@nx/enforce-module-boundaries';

/** The same import in each form that TypeScript has. @param {string} name */
const forms = (name) => ({
  static: `import * as it from '${name}';\nexport default it;\n`,
  dynamic: `export default await import('${name}');\n`,
  'import type': `import type * as it from '${name}';\nexport type It = typeof it;\n`,
  're-export': `export * from '${name}';\n`,
});

/**
 * A file that exists, so that the type-aware parser knows it; only its text is made up.
 *
 * @type {{ file: string, name: string, allowed: boolean }[]}
 */
const cases = [
  forbidden('packages/transport-async/src/index.ts', '@rsync-io/socketpair'),
  forbidden('packages/transport-async/src/index.ts', '@rsync-io/pipe'),
  forbidden('packages/transport-async/src/index.ts', '@rsync-io/testkit'),
  forbidden('packages/transport-async/src/index.ts', '@rsync-io/ssh'),
  forbidden('packages/transport-async/src/index.ts', '../../socketpair/src/index.js'),
  forbidden('packages/transport-async/test/virtual.test.ts', '@rsync-io/ssh'),
  forbidden('packages/pipe/src/index.ts', '@rsync-io/socketpair'),
  forbidden('packages/socketpair/src/index.ts', '@rsync-io/pipe'),
  forbidden('packages/win-shim/src/index.ts', '@rsync-io/pipe'),
  forbidden('packages/transport-sync/src/index.ts', '@rsync-io/win-shim'),
  forbidden('packages/socketpair/test/virtual.test.ts', '@rsync-io/pipe'),
  forbidden('packages/aux-channel/src/index.ts', '@rsync-io/pipe'),
  forbidden('packages/aux-channel/test/virtual.test.ts', '@rsync-io/testkit'),
  forbidden('tools/testkit/src/index.ts', '@rsync-io/pipe'),
  forbidden('tools/testkit/test/virtual.test.ts', '@rsync-io/pipe'),
  allowed('packages/transport-async/src/index.ts', '@rsync-io/aux-channel'),
  allowed('packages/transport-async/test/virtual.test.ts', '@rsync-io/testkit'),
  allowed('packages/transport-async/test/virtual.test.ts', '@rsync-io/socketpair'),
  allowed('packages/pipe/src/index.ts', '@rsync-io/aux-channel'),
  allowed('packages/ssh/src/index.ts', '@rsync-io/socketpair'),
];

/** @param {string} file @param {string} name */
function forbidden(file, name) {
  return { file, name, allowed: false };
}

/** @param {string} file @param {string} name */
function allowed(file, name) {
  return { file, name, allowed: true };
}

/**
 * @returns {Promise<string[]>} one line for each case that came out wrong
 */
export async function boundaryCanary() {
  // The rule reads the cached project graph; nx writes it.
  const [node = '', ...args] = toolCommand('nx', 'show', 'projects');
  execFileSync(node, args, {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  const eslint = new ESLint({ cwd: ROOT, ruleFilter: ({ ruleId }) => ruleId === RULE });
  const wrong = [];
  for (const { file, name, allowed } of cases) {
    for (const [form, text] of Object.entries(forms(name))) {
      const [result] = await eslint.lintText(text, { filePath: path.join(ROOT, file) });
      const what = `${form} import of ${name} in ${file}`;
      const unreadable = result?.messages.find((message) => message.fatal);
      const reported = result?.messages.some((message) => message.ruleId === RULE) ?? false;
      if (!result || unreadable) wrong.push(`${what}: not linted: ${unreadable?.message}`);
      else if (reported === allowed)
        wrong.push(`${what}: ${reported ? 'refused' : 'not reported'}`);
    }
  }
  return wrong;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const wrong = await boundaryCanary();
  for (const line of wrong) console.error(line);
  const total = cases.length * Object.keys(forms('')).length;
  console.log(`boundaries: ${total - wrong.length} of ${total} imports judged as they should be`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
