import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RawCommandOptions, SshCommand, type StderrBackend } from '@rsync-io/aux-channel';
import { afterEach } from 'vitest';
import { isAlive, openDescriptors, waitUntil } from '../../process-census.js';
import { actor } from '../../programs.js';
import type { ContractOptions, TransportDriver, TransportUnderTest } from './driver.js';

export const windows = process.platform === 'win32';

/** Longer than a child takes here and now to start and to write its first byte. Unit: milliseconds. */
export const CONNECT_MS = windows ? 3_000 : Math.min(3_000, Math.max(700, 20 * shellStartMs()));

function shellStartMs(): number {
  const before = performance.now();
  spawnSync('/bin/sh', ['-c', ':']);
  return Math.ceil(performance.now() - before);
}

/** State that the tests of one contract share. */
export interface ContractContext {
  readonly driver: TransportDriver;
  readonly backend: StderrBackend;
  /** Starts a connection that is disposed of after the test. */
  start(command: SshCommand, options?: Partial<ContractOptions>): Promise<TransportUnderTest>;
  /** Pids of processes that outlive their connection, which are killed after the test. */
  readonly strangers: number[];
  /** Returns `whole`, or nothing in a build that does not capture stderr. */
  captured(whole: string): string;
}

export function contractContext(driver: TransportDriver, backend: StderrBackend): ContractContext {
  const started: TransportUnderTest[] = [];
  const strangers: number[] = [];
  const quiet: ContractOptions = { backends: [backend], forward: false, surface: 'never' };

  afterEach(async () => {
    for (const transport of started.splice(0)) await transport.dispose();
    for (const pid of strangers.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });

  return {
    driver,
    backend,
    strangers,
    async start(command, options = {}) {
      const transport = await driver.spawn(command, { ...quiet, ...options });
      started.push(transport);
      return transport;
    },
    captured: (whole) => (driver.captures ? whole : ''),
  };
}

/** The command of a child that performs the given steps; see `programs/act.mjs`. */
export const act = (...steps: string[]) => acting(steps);
export function acting(steps: readonly string[], options: RawCommandOptions = {}): SshCommand {
  const [file, ...words] = actor(steps);
  return SshCommand.raw(file, words, options);
}
export const node = (...args: (string | number)[]) =>
  SshCommand.raw(process.execPath, args.map(String));

/** Some handles, also of earlier tests, are closed a turn of the event loop later. */
export const nothingLeaked = (before: number) =>
  waitUntil(() => (openDescriptors() as number) <= before, { what: 'the descriptors to close' });

/** Returns what is written to a descriptor while `use` runs. */
export async function showing(use: (fd: number) => Promise<void>): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-contract-'));
  const file = path.join(folder, 'shown');
  const fd = openSync(file, 'a');
  try {
    await use(fd);
    return readFileSync(file, 'latin1');
  } finally {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
}

export async function readAll(transport: TransportUnderTest): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = await transport.read();
    if (chunk.length === 0) return Buffer.concat(chunks);
    chunks.push(chunk);
  }
}

export const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
