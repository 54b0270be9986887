import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './workspace.ts';

/**
 * Compiles TypeScript programs that must run in a plain Node, because a loader in their process would add
 * threads, descriptors and start-up time to the measurements. Takes about 20 ms. Packages are resolved when
 * the programs run.
 *
 * @param entries program name → source file
 * @param root of the repository, or of a copy of it, in which the programs run
 * @returns the folder of `<name>.mjs`, below `node_modules/.cache`; removed when this process exits
 */
export async function compilePrograms(
  entries: Readonly<Record<string, string>>,
  root = ROOT,
): Promise<string> {
  // As deep as the sources, so that `ROOT` in the compiled kit is the repository, too.
  const cache = path.join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const outdir = mkdtempSync(path.join(cache, 'programs-'));
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  await build({
    entryPoints: { ...entries },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    // The kit is TypeScript, so it is compiled into the programs.
    alias: { '@rsync-io/kit': import.meta.dirname },
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
  });
  return outdir;
}
