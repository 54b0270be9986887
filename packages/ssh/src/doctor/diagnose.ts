import { release } from 'node:os';
import type { StderrBackend, StderrBackendName } from '@rsync-io/aux-channel';
import { findSsh } from '@rsync-io/aux-channel/transport';
import { STDERR_CHANNEL as asyncChannel } from '@rsync-io/transport-async';
import { TCP_LOOPBACK_OFFERED } from '@rsync-io/win-shim';
import { platformBackends } from '../platform-backends.js';
import { packageVersion } from '../version.js';
import { kernelBuffers, type KernelBuffer } from './kernel-buffers.js';
import { findProgram, type FoundProgram } from './programs.js';

interface BackendReport {
  readonly name: StderrBackendName;
  readonly available: boolean;
  /** Why the backend is unavailable; `null` when it works. */
  readonly reason: string | null;
}

/** The flag `ssh-socketpair-stderr` of one package, as this process resolves it. */
interface FlagReport {
  readonly package: string;
  readonly flag: 'ssh-socketpair-stderr';
  readonly state: 'on' | 'off';
}

/** Result of `rsync-io doctor`. */
export interface Diagnosis {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  readonly kernel: string;
  readonly backends: readonly BackendReport[];
  readonly chosen: StderrBackendName;
  readonly why: string;
  readonly kernelBuffers: readonly KernelBuffer[];
  readonly flags: readonly FlagReport[];
  readonly programs: readonly FoundProgram[];
}

/** Tries each backend of the platform and collects the rest of the report. Leaves nothing open. */
export async function diagnose(): Promise<Diagnosis> {
  const backends = await Promise.all(platformBackends().map(tryBackend));
  const chosen = backends.find((backend) => backend.available);
  return {
    version: packageVersion(),
    node: process.version,
    platform: process.platform,
    arch: process.arch,
    kernel: release(),
    backends,
    chosen: chosen?.name ?? 'inherit',
    why: reasonFor(chosen, backends),
    kernelBuffers: kernelBuffers(),
    flags: [
      flagReport('@rsync-io/transport-async', asyncChannel),
      flagReport('@rsync-io/win-shim', TCP_LOOPBACK_OFFERED),
    ],
    programs: await Promise.all([
      findProgram('ssh', findSsh(), ['-V']),
      findProgram('rsync', 'rsync', ['--version']),
    ]),
  };
}

const flagReport = (name: string, on: boolean): FlagReport => ({
  package: name,
  flag: 'ssh-socketpair-stderr',
  state: on ? 'on' : 'off',
});

async function tryBackend(backend: StderrBackend): Promise<BackendReport> {
  try {
    (await backend.open()).dispose();
    return { name: backend.name, available: true, reason: null };
  } catch (error) {
    return { name: backend.name, available: false, reason: (error as Error).message };
  }
}

function reasonFor(chosen: BackendReport | undefined, backends: readonly BackendReport[]): string {
  if (chosen === undefined) return 'no backend works, so ssh writes to the stderr of its parent';
  if (chosen === backends[0]) return 'the first choice on this platform';
  const before = backends.slice(0, backends.indexOf(chosen)).map((backend) => backend.name);
  return `the first one that works; unavailable: ${before.join(', ')}`;
}
