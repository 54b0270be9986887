import { rule, type Rule } from '../options/rules.js';
import type { StderrBackend } from './trait.js';

function isBackend(value: unknown): boolean {
  const { name, module, open } = Object(value) as Partial<Record<keyof StderrBackend, unknown>>;
  return typeof name === 'string' && typeof module === 'string' && typeof open === 'function';
}

export const backendList: Rule<readonly StderrBackend[]> = rule(
  'an array of backends, such as platformBackends() of @rsync-io/ssh',
  (value) => Array.isArray(value) && value.every(isBackend),
);
