import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier/flat';
import * as jsonc from 'jsonc-eslint-parser';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const SCRIPTS = '**/*.{js,ts}';
const SOURCES = 'packages/*/src/**/*.ts';
const TESTS = '{packages,tools}/*/test/**/*.{js,ts}';

/**
 * Who may import whom, by tag; see docs/adr and CONTRIBUTING.md. The contract suites are for the
 * tests of the packages that run them, so only there is `scope:testkit` added.
 */
const mayImport = {
  'scope:trait': [],
  'scope:backend': ['scope:trait'],
  'scope:transport': ['scope:trait'],
  'scope:testkit': ['scope:trait'],
  'scope:app': ['scope:trait', 'scope:backend', 'scope:transport'],
  'scope:tool': ['*'],
};
const usesContractSuites = ['scope:backend', 'scope:transport', 'scope:app'];

const boundaries = (constraints, options = {}) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    {
      banTransitiveDependencies: true,
      depConstraints: Object.entries(constraints).map(([sourceTag, tags]) => ({
        sourceTag,
        onlyDependOnLibsWithTags: tags,
      })),
      ...options,
    },
  ],
});

const mayImportInTests = Object.fromEntries(
  Object.entries(mayImport).map(([tag, allowed]) => [
    tag,
    usesContractSuites.includes(tag) ? [...allowed, 'scope:testkit'] : allowed,
  ]),
);

const nodeGlobals = Object.fromEntries(
  Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly']),
);

export default defineConfig(
  globalIgnores(['**/dist/', '**/reports/', '**/test-results/', '.nx/']),
  {
    files: [SCRIPTS],
    extends: [js.configs.recommended, tseslint.configs.recommended, prettier],
    plugins: { '@nx': nx },
    languageOptions: { globals: nodeGlobals },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      ...boundaries(mayImport),
    },
  },
  {
    files: [SOURCES],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    // A test sees its own package as users do, by name and built.
    files: [TESTS],
    rules: boundaries(mayImportInTests, { allowCircularSelfDependency: true }),
  },
  {
    files: ['packages/*/package.json'],
    languageOptions: { parser: jsonc },
    plugins: { '@nx': nx },
    rules: {
      '@nx/dependency-checks': [
        'error',
        { ignoredFiles: ['{projectRoot}/test/**/*', '{projectRoot}/*.config.ts'] },
      ],
    },
  },
);
