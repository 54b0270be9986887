import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier/flat';
import * as jsonc from 'jsonc-eslint-parser';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { depConstraints, mayImport } from './config/boundaries.mjs';

const SCRIPTS = '**/*.{js,mjs,cjs,ts,mts,cts}';
const SOURCES = 'packages/*/src/**/*.ts';
const TESTS = '{packages,tools}/*/test/**/*.{js,mjs,ts}';

/** Contract suites and, for a transport, the backends it is handed: for tests, never for sources. */
const mayImportInTests = {
  ...mayImport,
  'rsync-io:backend': [...mayImport['rsync-io:backend'], 'rsync-io:testkit'],
  'rsync-io:transport': [
    ...mayImport['rsync-io:transport'],
    'rsync-io:testkit',
    'rsync-io:backend',
  ],
  'rsync-io:app': [...mayImport['rsync-io:app'], 'rsync-io:testkit'],
};

const boundaries = (constraints, options = {}) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    {
      banTransitiveDependencies: true,
      // Shared by testkit and by setup:peers, which runs before packages can be found by name.
      allow: ['../../../../config/peers.js'],
      depConstraints: depConstraints(constraints),
      ...options,
    },
  ],
});

const nodeGlobals = Object.fromEntries(
  Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly']),
);

export default defineConfig(
  globalIgnores(['**/.stryker-tmp/', '**/dist/', '**/reports/', '**/test-results/', '.nx/']),
  {
    files: [SCRIPTS],
    extends: [js.configs.recommended, tseslint.configs.recommended, prettier],
    plugins: { '@nx': nx },
    languageOptions: { globals: nodeGlobals },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // Control characters are what this project keeps out of terminals and command lines.
      'no-control-regex': 'off',
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
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    // A test sees its own package as users do, by name and built.
    files: [TESTS],
    rules: boundaries(mayImportInTests, { allowCircularSelfDependency: true }),
  },
  {
    // Scripts of the documentation belong to no package.
    files: ['docs/*.ts'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  {
    files: [
      '{packages,tools}/*/*.config.ts',
      'examples/*.config.ts',
      'tools/{kit,platforms,verify}/**/*.ts',
    ],
    rules: boundaries(mayImport, {
      allow: ['../../../config/*', '../../config/*', '../config/*'],
    }),
  },
  {
    // CommonJS starts sooner: see packages/ssh/tsup.config.ts.
    files: ['packages/*/bin/*.js', '**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { require: 'readonly', exports: 'readonly', __dirname: 'readonly' },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['packages/*/package.json'],
    languageOptions: { parser: jsonc },
    plugins: { '@nx': nx },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          ignoredFiles: ['{projectRoot}/test/**/*', '{projectRoot}/*.config.ts'],
          // Loaded by `createRequire`, as a dependency of the package that needs it.
          ignoredDependencies: ['koffi'],
        },
      ],
    },
  },
);
