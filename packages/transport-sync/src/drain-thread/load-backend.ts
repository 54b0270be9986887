import type { StderrBackend } from '@rsync-io/aux-channel';
import { haveSpareDescriptors } from '@rsync-io/aux-channel/transport';
import type { BackendModule } from '../protocol.js';

/** Number of descriptors that Node needs to load a few modules. */
const FOR_MODULES = 6;

const loaded = new Map<string, StderrBackend>();

/** Loads backends while descriptors are available: Node never retries a module that failed to load. */
export async function preloadBackends(modules: readonly string[]): Promise<void> {
  for (const module of modules) await load(module).catch(() => {});
}

export function backendIn({ name, module }: BackendModule): StderrBackend {
  return { name, module, open: async () => (await load(module)).open() };
}

async function load(module: string): Promise<StderrBackend> {
  const known = loaded.get(module);
  if (known !== undefined) return known;
  if (!haveSpareDescriptors(FOR_MODULES)) throw new Error('too few file descriptors to load it');
  const { default: backend } = (await import(module)) as { default?: Partial<StderrBackend> };
  if (typeof backend?.open !== 'function') {
    throw new TypeError(`the default export of ${module} is not a StderrBackend`);
  }
  loaded.set(module, backend as StderrBackend);
  return backend as StderrBackend;
}
