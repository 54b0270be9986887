import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import type { StderrBackend } from '@rsync-io/aux-channel';
import { findSsh } from '@rsync-io/aux-channel/transport';
import { STDERR_CHANNEL as asyncChannel } from '@rsync-io/transport-async';
import { TCP_LOOPBACK_OFFERED } from '@rsync-io/win-shim';
import { platformBackends } from '../platform-backends.js';
import { packageVersion } from '../own-package.js';

/** Result of `rsync-io doctor`. */
export type Diagnosis = Awaited<ReturnType<typeof diagnose>>;
type BackendReport = Awaited<ReturnType<typeof tryBackend>>;

/** Time limit for a program to print its version. */
const TIMEOUT_MS = 5_000;

/** Kernel limits on the amount of stderr that can be queued (socket(7)). Only Linux has these files. */
const BUFFERS = {
  wmem_default: 'send buffer of the pipe backend and of the wire',
  wmem_max: 'limit of SO_SNDBUF for a socketpair',
};

/** Tries each backend of the platform and collects the rest of the report. Leaves nothing open. */
export async function diagnose() {
  const backends = await Promise.all(platformBackends().map(tryBackend));
  const chosen = backends.find((backend) => backend.available);
  return {
    version: packageVersion(),
    node: process.version,
    platform: process.platform,
    arch: process.arch,
    kernel: release(),
    backends,
    chosen: chosen?.name ?? ('inherit' as const),
    why: reasonFor(chosen, backends),
    kernelBuffers: kernelBuffers(),
    flags: [
      flagReport('@rsync-io/transport-async', asyncChannel),
      flagReport('@rsync-io/win-shim', TCP_LOOPBACK_OFFERED),
    ],
    programs: [
      await findProgram('ssh', findSsh(), ['-V']),
      await findProgram('rsync', 'rsync', ['--version']),
    ],
  };
}

/** The flag of one package, as this process resolves it. */
const flagReport = (name: string, on: boolean) => ({
  package: name,
  flag: 'ssh-socketpair-stderr',
  state: on ? 'on' : 'off',
});

async function tryBackend(backend: StderrBackend) {
  let reason: string | null = null;
  try {
    (await backend.open()).dispose();
  } catch (error) {
    reason = (error as Error).message;
  }
  return { name: backend.name, available: reason === null, reason };
}

function reasonFor(chosen: BackendReport | undefined, backends: readonly BackendReport[]): string {
  if (chosen === undefined) return 'no backend works, so ssh writes to the stderr of its parent';
  if (chosen === backends[0]) return 'the first choice on this platform';
  const before = backends.slice(0, backends.indexOf(chosen)).map((backend) => backend.name);
  return `the first one that works; unavailable: ${before.join(', ')}`;
}

function kernelBuffers() {
  return Object.entries(BUFFERS).flatMap(([file, meaning]) => {
    try {
      const bytes = Number(readFileSync(`/proc/sys/net/core/${file}`, 'utf8'));
      return [{ name: `net.core.${file}`, meaning, bytes }];
    } catch {
      return [];
    }
  });
}

/** Returns the first line of the program's version output; `null` if it cannot be started. */
function findProgram(name: string, file: string, args: readonly string[]) {
  return new Promise<{ name: string; version: string | null }>((resolve) => {
    execFile(file, args, { timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      // ssh prints its version on stderr.
      const line = `${stdout}${stderr}`.split(/\r?\n/).find((text) => text.trim() !== '');
      resolve({ name, version: error ? null : (line?.trim() ?? null) });
    });
  });
}
