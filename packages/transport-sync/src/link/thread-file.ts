import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { WireUnavailableError } from '../errors.js';
import type { BackendModule } from '../protocol.js';

/** Part of a message in `drain-thread/main.ts`, which identifies that file even if it is minified. */
const THREAD_MARK = 'drain thread of @rsync-io/transport-sync';

const REMEDY =
  "mark the packages of the scope @rsync-io as external in the bundler (esbuild: external: ['@rsync-io/*'])";

/**
 * Returns the file that the drain thread runs. A bundler that inlines this package may omit it, or
 * replace it with another file.
 * @throws WireUnavailableError
 */
export function threadFile(from: string | undefined = import.meta.url): URL {
  let file: URL;
  let source: string;
  try {
    file = new URL('./drain-thread.js', from);
    source = readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = `the file of its thread, drain-thread.js, is not beside the code that needs it; ${REMEDY}`;
    throw new WireUnavailableError(reason, { cause });
  }
  if (source.includes(THREAD_MARK)) return file;
  throw new WireUnavailableError(
    `${fileURLToPath(file)} is not the file of its thread but another one; ${REMEDY}`,
  );
}

/**
 * Rejects backends that were bundled into the program, which the thread would run again.
 * @throws WireUnavailableError
 */
export function requireOwnModules(
  backends: readonly BackendModule[],
  main: string | undefined = process.argv[1],
): void {
  const foreign = new Set([import.meta.url, ...mainModuleUrls(main)]);
  const inlined = backends.find(({ module }) => foreign.has(module));
  if (inlined === undefined) return;
  throw new WireUnavailableError(
    `the ${inlined.name} backend was bundled into the program, which its thread cannot load; ${REMEDY}`,
  );
}

/** Returns the URLs of the path as given, and of the path with symbolic links resolved. */
function mainModuleUrls(main: string | undefined): string[] {
  if (main === undefined) return [];
  try {
    return [main, realpathSync(main)].map((file) => pathToFileURL(file).href);
  } catch {
    // The program was passed by --eval or stdin.
    return [];
  }
}
