/** A function of a shared library, called with the C types of its declaration. */
export type ForeignFunction = (...args: unknown[]) => unknown;

/** The part of koffi that this package uses. Callers pass it in, so that this package has no dependency. */
export interface Koffi {
  /** `null` means the process itself, which on Unix includes the C library. */
  load(path: string | null): { func(declaration: string): ForeignFunction };
  errno(): number;
}

/** Loads koffi as a dependency of the caller. @param importer its `import.meta.url` @throws Error with advice */
export function loadKoffi(importer: string): Koffi {
  try {
    // webpack replaces an imported `createRequire` with code that throws.
    const { createRequire } = process.getBuiltinModule('node:module');
    return createRequire(importer)('koffi') as Koffi;
  } catch (cause) {
    const { code, message = String(cause) } = (cause ?? {}) as Partial<NodeJS.ErrnoException>;
    const [reason] = message.split('\n', 1);
    throw new Error(
      `its optional dependency koffi could not be loaded (${reason}); ${adviceFor(code)}`,
      { cause },
    );
  }
}

function adviceFor(code: string | undefined): string {
  return code === 'ERR_DLOPEN_DISABLED'
    ? "start Node without --no-addons, or with --allow-addons if it restricts the program's permissions"
    : 'install it with: npm install koffi --include=optional';
}
