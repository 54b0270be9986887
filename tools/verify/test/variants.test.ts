import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { FLAG, workspaceProjects } from '../../../config/flag.ts';

/*
 * The built variants of every package that has a `features.json`: the dead branch is absent from the off variant,
 * and Node and TypeScript both find the variant that an export condition, the subpath, or `features.json` selects.
 */

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** An identifier that only the on variant of a package contains. */
const ONLY_IN_ON: Record<string, string> = {
  '@rsync-io/transport-async': 'configureStderrChannel',
  '@rsync-io/win-shim': 'WSASocketW',
};

const flagged = workspaceProjects().filter(({ features }) => features !== null);

it('covers every package with the flag', () => {
  expect(flagged.map(({ name }) => name)).toEqual(Object.keys(ONLY_IN_ON));
});

describe.each(flagged)('$name', ({ name, folder, features }) => {
  const byDefault = features?.[FLAG] ? 'on' : 'off';
  const variant = (state: string) => path.join(folder, 'dist', state, 'index.js');

  it.each([
    ['off', false],
    ['on', true],
  ])('the %s variant contains the code of the channel: %s', (state, expected) => {
    const dist = path.join(folder, 'dist', state);
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
    const texts = files
      .filter((file) => file.endsWith('.js'))
      .map((file) => readFileSync(path.join(dist, file), 'utf8'));
    expect(texts.some((text) => text.includes(ONLY_IN_ON[name] ?? '?'))).toBe(expected);
  });

  describe.each([
    { specifier: name, conditions: [], selects: byDefault },
    { specifier: name, conditions: [FLAG], selects: 'on' },
    { specifier: name, conditions: [`${name}+${FLAG}`], selects: 'on' },
    { specifier: name, conditions: ['@rsync-io/another+another-flag'], selects: byDefault },
    { specifier: `${name}/${FLAG}`, conditions: [], selects: 'on' },
  ])('$specifier with conditions $conditions', ({ specifier, conditions, selects }) => {
    it(`loads the ${selects} variant`, () => {
      // The exports must be identical objects.
      const script = `
        const selected = await import(${JSON.stringify(specifier)});
        const variant = await import(${JSON.stringify(pathToFileURL(variant(selects)).href)});
        const names = Object.keys(variant).filter((name) => selected[name] === variant[name]);
        console.log(JSON.stringify([names, Object.keys(selected)]));`;
      const args = conditions.flatMap((condition) => ['-C', condition]);
      const output = execFileSync(
        process.execPath,
        [...args, '--input-type=module', '-e', script],
        { cwd: ROOT, encoding: 'utf8' },
      );
      const [same, all] = JSON.parse(output) as [string[], string[]];
      expect(all.length).toBeGreaterThan(0);
      expect(same).toEqual(all);
    });

    it('has declarations', () => {
      const { sources, diagnostics } = typesOf(specifier, conditions);
      expect(diagnostics).toEqual([]);
      expect(sources).toContain(realpathSync(path.join(folder, 'dist/types/index.d.ts')));
    });
  });
});

/** Files parsed by an earlier check: most are TypeScript's own, and the same each time. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** Checks an import of a package with TypeScript. */
function typesOf(specifier: string, customConditions: string[]) {
  const importer = path.join(ROOT, 'import-of-variant.ts');
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    types: ['node'],
    customConditions,
    strict: true,
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  const text = `import * as it from '${specifier}';\nexport default it;\n`;
  const isImporter = (file: string) => path.resolve(file) === importer;
  host.getCurrentDirectory = () => ROOT;
  host.fileExists = (file) => isImporter(file) || fileExists(file);
  host.readFile = (file) => (isImporter(file) ? text : readFile(file));
  host.getSourceFile = (file, target, ...rest) => {
    if (isImporter(file)) return ts.createSourceFile(file, text, target);
    if (!parsed.has(file)) parsed.set(file, getSourceFile(file, target, ...rest));
    return parsed.get(file);
  };

  const program = ts.createProgram([importer], options, host);
  const checked = program
    .getSourceFiles()
    .filter(({ fileName }) => isImporter(fileName) || fileName.includes('/dist/types/'));
  const diagnostics = checked.flatMap((file) => [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ]);
  return {
    sources: checked
      .filter(({ fileName }) => !isImporter(fileName))
      .map((it) => realpathSync(it.fileName)),
    diagnostics: diagnostics.map(({ messageText }) =>
      ts.flattenDiagnosticMessageText(messageText, '\n'),
    ),
  };
}
