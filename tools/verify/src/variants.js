import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { run } from './run.js';
import { ROOT, projects } from './workspace.js';

/*
 * Checks the built variants of every package that has a `features.json`: each is there with its types,
 * the dead branch is really gone from the off variant, and Node and TypeScript both find the variant
 * that the export condition, or the subpath, or nothing but `features.json` asks for.
 */

const FLAG = 'ssh-socketpair-stderr';

/** What only the on variant of a package mentions. @type {Record<string, string>} */
const ONLY_IN_ON = {
  '@rsync-io/transport-async': 'configureStderrChannel',
  '@rsync-io/win-shim': 'WSASocketW',
};

/**
 * @typedef {import('./workspace.js').Project} Project
 * @typedef {'off' | 'on'} Variant
 * @typedef {{ specifier: string, conditions: string[], wants: Variant }} Request
 */

/** @param {Project} project @returns {Request[]} every way to ask for the package, and what it must give */
function requests({ name, features }) {
  const byDefault = features?.[FLAG] ? 'on' : 'off';
  return [
    { specifier: name, conditions: [], wants: byDefault },
    { specifier: name, conditions: [FLAG], wants: 'on' },
    { specifier: name, conditions: [`${name}+${FLAG}`], wants: 'on' },
    { specifier: name, conditions: ['@rsync-io/another-package+another-flag'], wants: byDefault },
    { specifier: `${name}/${FLAG}`, conditions: [], wants: 'on' },
  ];
}

/** @param {Project} project @param {Variant} variant */
const indexOf = ({ folder }, variant) => path.join(folder, 'dist', variant, 'index.js');

/** Both variants have the same declarations. @param {Project} project */
const typesOf = ({ folder }) => path.join(folder, 'dist/types/index.d.ts');

/** @param {Project} project @returns {Promise<string[]>} one line for each thing that is wrong */
async function checkVariants(project) {
  const absent = [indexOf(project, 'off'), indexOf(project, 'on'), typesOf(project)].filter(
    (file) => !existsSync(file),
  );
  if (absent.length > 0) {
    return absent.map((file) => `${path.relative(ROOT, file)} is missing: run npm run build`);
  }
  const wrong = checkDeadBranch(project);
  for (const request of requests(project)) {
    const asked = [request.specifier, ...request.conditions.map((name) => `-C ${name}`)].join(' ');
    for (const line of await checkNode(project, request)) wrong.push(`${asked}: ${line}`);
    for (const line of checkTypes(project, request)) wrong.push(`${asked}: ${line}`);
  }
  return wrong;
}

/** @param {Project} project */
function checkDeadBranch({ name, folder }) {
  const identifier = ONLY_IN_ON[name];
  if (!identifier) return [];
  const mentions = (/** @type {Variant} */ variant) => {
    const dist = path.join(folder, 'dist', variant);
    return readdirSync(dist, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js'))
      .some((file) => readFileSync(path.join(dist, file), 'utf8').includes(identifier));
  };
  return [
    ...(mentions('off') ? [`${name}: the off variant contains ${identifier}`] : []),
    ...(mentions('on') ? [] : [`${name}: the on variant does not contain ${identifier}`]),
  ];
}

/**
 * Loads the package in a new Node, and the wanted variant by its file: the exports must be the very
 * same objects.
 *
 * @param {Project} project
 * @param {Request} request
 */
async function checkNode(project, { specifier, conditions, wants }) {
  const wanted = pathToFileURL(indexOf(project, wants)).href;
  const script = `
    const [got, wanted] = await Promise.all([import(${JSON.stringify(specifier)}), import(${JSON.stringify(wanted)})]);
    const names = Object.keys(wanted);
    const same = names.length > 0 && names.length === Object.keys(got).length && names.every((name) => got[name] === wanted[name]);
    console.log(same ? 'same' : import.meta.resolve(${JSON.stringify(specifier)}));`;
  const { code, stdout, stderr } = await run(
    [
      process.execPath,
      ...conditions.flatMap((name) => ['-C', name]),
      '--input-type=module',
      '-e',
      script,
    ],
    { cwd: ROOT, output: 'capture' },
  );
  if (code !== 0) return [`Node cannot load it: ${stderr.trim()}`];
  const got = stdout.trim();
  return got === 'same' ? [] : [`Node gives ${shown(got)}, not the ${wants} variant`];
}

/**
 * Resolves and checks an import of the package with TypeScript, under `customConditions`.
 *
 * @param {Project} project
 * @param {Request} request
 */
function checkTypes(project, { specifier, conditions }) {
  const importer = path.join(ROOT, 'import-of-variant.ts');
  /** @type {ts.CompilerOptions} */
  const options = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    types: ['node'],
    customConditions: conditions,
    strict: true,
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  const text = `import * as it from '${specifier}';\nexport default it;\n`;
  host.getCurrentDirectory = () => ROOT;
  host.fileExists = (file) => path.resolve(file) === importer || fileExists(file);
  host.readFile = (file) => (path.resolve(file) === importer ? text : readFile(file));
  host.getSourceFile = (file, target, ...rest) =>
    path.resolve(file) === importer
      ? ts.createSourceFile(file, text, target)
      : getSourceFile(file, target, ...rest);

  const program = ts.createProgram([importer], options, host);
  const declarations = program
    .getSourceFiles()
    .filter(({ fileName }) => path.resolve(fileName).startsWith(path.join(project.folder, 'dist')));
  const importing = program.getSourceFile(importer);
  const diagnostics = [importing, ...declarations].flatMap((file) => [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ]);
  const wrong = diagnostics.map(
    ({ messageText }) => `TypeScript: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
  );
  const types = realpathSync(typesOf(project));
  if (!declarations.some(({ fileName }) => realpathSync(fileName) === types)) {
    wrong.push('TypeScript does not read its declarations');
  }
  return wrong;
}

/** @param {string} file a path or a file URL */
const shown = (file) =>
  path.relative(ROOT, file.startsWith('file:') ? fileURLToPath(file) : file).replaceAll('\\', '/');

const withFlag = projects().filter(({ features }) => features !== null && FLAG in features);
const wrong = (await Promise.all(withFlag.map(checkVariants))).flat();
for (const line of wrong) console.error(line);
if (withFlag.length === 0) console.error(`no package has ${FLAG} in its features.json`);
const names = withFlag.map(({ name }) => name).join(', ');
if (wrong.length === 0) console.log(`variants: ${names}: both states are built and found`);
process.exitCode = wrong.length === 0 && withFlag.length > 0 ? 0 : 1;
