import { RsyncIoError } from '../trait/errors.js';
import type { ExitStatus } from '../trait/exit-status.js';

/** rsync's exit codes (errcode.h) for failures of the remote shell. */
const SYNTAX = 1;
const IPC = 14;
const TERMINATED = 16;
const SIGNAL = 20;
const WAITCHILD = 21;
const TIMEOUT = 30;
const CONNECT_TIMEOUT = 35;

/** Signals by which a user or the system asks a program to end; rsync exits with 20 for them. */
const INTERRUPTIONS: readonly (NodeJS.Signals | null)[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const BY_ERROR_CODE: Readonly<Record<string, number>> = {
  ERR_CONNECT_TIMEOUT: CONNECT_TIMEOUT,
  ERR_IO_TIMEOUT: TIMEOUT,
  ERR_WAIT_TIMEOUT: TIMEOUT,
  ERR_INVALID_OPTION: SYNTAX,
  ERR_INVALID_TARGET: SYNTAX,
};

/**
 * Returns the exit code that rsync would report for a transfer: the larger of the transfer's own code and
 * that of its remote shell, as in rsync's main.c (client_run). An exit code of the remote shell is
 * returned unchanged. SIGINT, SIGTERM, SIGHUP and an abort give 20, other signals 16, the connect timeout
 * 35, any other timeout 30 (that of `AbortSignal.timeout()`, too), an invalid target or option 1, and any
 * other error 14.
 * @param outcome what `wait()` returned, or the error that it threw
 * @param base the transfer's own code
 */
export function rsyncExitCode(outcome: unknown, base = 0): number {
  return Math.max(base, isExitStatus(outcome) ? codeOfStatus(outcome) : codeOfError(outcome));
}

const isExitStatus = (outcome: unknown): outcome is ExitStatus =>
  typeof outcome === 'object' && outcome !== null && 'success' in outcome && 'signal' in outcome;

function codeOfStatus({ code, signal }: ExitStatus): number {
  if (signal !== null) return INTERRUPTIONS.includes(signal) ? SIGNAL : TERMINATED;
  return code ?? WAITCHILD;
}

function codeOfError(error: unknown): number {
  const { name, code } = Object(error) as { name?: unknown; code?: unknown };
  if (name === 'AbortError') return SIGNAL;
  if (name === 'TimeoutError') return TIMEOUT;
  return (error instanceof RsyncIoError && BY_ERROR_CODE[code as string]) || IPC;
}
