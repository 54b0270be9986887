import { homedir } from 'node:os';
import path from 'node:path';
import { FLAG, workspaceProjects } from '../../../config/flag.ts';

export { FLAG, workspaceProjects };

/** Root of the repository. */
export const ROOT = path.resolve(import.meta.dirname, '../../..');

/** The published packages: the name of each one's folder, and its tags. */
export const PACKAGES = workspaceProjects(ROOT)
  .filter(({ folder }) => path.dirname(folder) === path.join(ROOT, 'packages'))
  .map(({ folder, tags }) => ({ name: path.basename(folder), tags }));

/** Downloads and other files that are created once and reused by later runs. */
export const CACHE = path.join(
  process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'),
  'rsync-io',
);

export const FLAG_STATES = ['off', 'on'] as const;
export type FlagState = (typeof FLAG_STATES)[number];

/** Node options that select a variant of the packages. */
export const conditions = (state: FlagState): string[] => (state === 'on' ? ['-C', FLAG] : []);
