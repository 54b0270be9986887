import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize } from 'node:v8';
import { compilePrograms } from '@rsync-io/kit/programs';
import { conditions, type FlagState } from '@rsync-io/kit/workspace';
import type { TransportReport } from '../matrix/environment.ts';

/**
 * A way to start a remote shell: a column of the matrix.
 * - `ssh`: the program itself, the reference.
 * - `async`, `sync`: the program as the child of a transport, with its wire pumped.
 * - `command`: `rsync-io-ssh` as users run it.
 */
export type Variant = Transport | { readonly kind: 'ssh' | 'command'; readonly id: string };

type Backend = 'socketpair' | 'pipe' | 'tcp-loopback' | 'inherit';

interface Transport {
  readonly kind: 'async' | 'sync';
  readonly id: string;
  readonly flag: FlagState;
  readonly backend: Backend;
}

export const isTransport = (variant: Variant): variant is Transport => 'backend' in variant;

/** All variants of a platform, the reference first. */
export function variants(platform: NodeJS.Platform = process.platform): readonly Variant[] {
  const pair = platform === 'win32' ? 'tcp-loopback' : 'socketpair';
  const transport = (kind: 'async' | 'sync', flag: FlagState, ...backends: Backend[]) =>
    backends.map((backend) => ({ kind, flag, backend, id: `${kind}-${flag}-${backend}` }));
  return [
    { kind: 'ssh', id: 'ssh' },
    // By design: without the flag ssh inherits fd 2 and nothing is captured.
    ...transport('async', 'off', 'inherit'),
    ...transport('async', 'on', pair, 'pipe'),
    // With the flag off, win-shim is built without its backend.
    ...transport('sync', 'off', ...(platform === 'win32' ? [] : ([pair] as const)), 'pipe'),
    ...transport('sync', 'on', pair, 'pipe'),
    { kind: 'command', id: 'rsync-io-ssh' },
  ];
}

/** Programs that the matrix starts, in a plain Node: what they do on fd 2 is compared. */
export const PROGRAMS = {
  'remote-shell': path.join(import.meta.dirname, 'remote-shell.ts'),
  'recorded-ssh': path.join(import.meta.dirname, '../environments/recorded-ssh.ts'),
};

let programs: Promise<string> | null = null;

/** Compiles the programs once. Returns their folder. */
export function compiledPrograms(): Promise<string> {
  // Under Wine this file is compiled, too, together with them.
  const isCompiled = existsSync(path.join(import.meta.dirname, 'remote-shell.mjs'));
  programs ??= isCompiled ? Promise.resolve(import.meta.dirname) : compilePrograms(PROGRAMS);
  return programs;
}

/**
 * The words that start `ssh` by a variant; its arguments follow. `rsync-io-ssh` takes the name of ssh from
 * `RSYNC_IO_SSH_PROGRAM`. A transport writes its report to a file.
 *
 * @param nodeOptions for a transport; the tests inject bugs by them
 */
export async function commandLine(
  variant: Variant,
  ssh: string,
  report: string,
  nodeOptions: readonly string[] = [],
): Promise<readonly string[]> {
  if (variant.kind === 'ssh') return [ssh];
  if (!isTransport(variant)) {
    const manifest = fileURLToPath(import.meta.resolve('@rsync-io/ssh/package.json'));
    return [process.execPath, path.join(path.dirname(manifest), 'bin/rsync-io-ssh.js')];
  }
  const { kind, backend, flag } = variant;
  const program = path.join(await compiledPrograms(), 'remote-shell.mjs');
  const node = [process.execPath, ...conditions(flag), ...nodeOptions];
  return [...node, program, kind, backend, report, ssh];
}

/** The report of a transport; `null` if there is none. */
export const readReport = (file: string): TransportReport | null =>
  existsSync(file) ? (deserialize(readFileSync(file)) as TransportReport) : null;
