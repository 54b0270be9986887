import type { StderrBackend } from '@rsync-io/aux-channel';

/**
 * A backend that was named by its file. It is loaded when it is opened, so a module that cannot be
 * loaded counts as one that cannot open: the next backend is tried.
 */
export function backendIn({ name, module }: Pick<StderrBackend, 'name' | 'module'>): StderrBackend {
  return { name, module, open: async () => (await load(module)).open() };
}

async function load(module: string): Promise<StderrBackend> {
  // Node keeps what it has loaded.
  const { default: backend } = (await import(module)) as { default?: Partial<StderrBackend> };
  if (typeof backend?.open !== 'function') {
    throw new TypeError(`the default export of ${module} is no StderrBackend`);
  }
  return backend as StderrBackend;
}
