import {
  AsyncSshTransport,
  explain,
  type Explanation,
  type ForwardOptions,
  rsyncExitCode,
  SshCommand,
} from '@rsync-io/ssh/ssh-socketpair-stderr';

/** One run of rsync, which starts ssh and, through it, `rsync --server` on the host. */
export interface Transfer {
  /** Operands of rsync: one of them is `[user@]host:path`. */
  readonly source: string;
  readonly target: string;
  /** As rsync's `-e`; must take the options of ssh. */
  readonly rsh: string;
  /** Unit: seconds. */
  readonly connectTimeout: number;
  /** How long nothing may arrive. Unit: seconds. */
  readonly timeout: number;
  /** Aborting ends the transfer. */
  readonly signal: AbortSignal;
  readonly onProgress: (percent: number) => void;
  /** Called with each line of stderr: of ssh, and of rsync on either side. */
  readonly onStderr: (line: string) => void;
  /** Where stderr is shown. */
  readonly forward: ForwardOptions | false;
}

/** A transfer failed; the message names the cause and, where one is known, the next step. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
  /** As in rsync(1). */
  readonly exitCode: number;
  readonly explanation: Explanation | null;

  /** @param outcome what `wait()` returned or threw */
  constructor(outcome: unknown, explanation: Explanation | null) {
    const { message } = outcome as Error;
    super(explanation ? `${explanation.summary}. ${explanation.hint}`.trim() : message);
    this.exitCode = rsyncExitCode(outcome);
    this.explanation = explanation;
  }
}

/**
 * Copies a folder or file, and resumes what an earlier attempt began.
 * @throws TransferError
 */
export async function transfer(request: Transfer): Promise<void> {
  const { rsh, connectTimeout, timeout, signal, forward, onProgress, onStderr } = request;
  const command = SshCommand.raw('rsync', [
    ...['--archive', '--partial-dir=.rsync-partial', `--timeout=${timeout}`],
    ...['--info=progress2', '--no-inc-recursive', '--outbuf=N'],
    ...['-e', `${rsh} -oBatchMode=yes -oConnectTimeout=${connectTimeout}`],
    ...['--', request.source, request.target],
  ]);
  const options = { signal, forward, surface: 'never' } as const;
  try {
    await using transport = await AsyncSshTransport.spawn(command, {
      ...options,
      warnings: ({ text }) => onStderr(text),
    });
    transport.stdout?.setEncoding('latin1').on('data', (text: string) => {
      const percent = /.*\D(\d{1,3})%/s.exec(text)?.[1];
      if (percent !== undefined) onProgress(Number(percent));
    });
    // wait() reports why the output was cut off.
    transport.stdout?.on('error', () => {});
    const status = await transport.wait();
    if (status.success) return;
    throw new TransferError(status, explain(transport.stderrSnapshot(), status));
  } catch (error) {
    throw error instanceof TransferError ? error : new TransferError(error, null);
  }
}
