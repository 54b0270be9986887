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
  /** Time limit for connecting, and for the time without data. Unit: seconds. */
  readonly connect: number;
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly onProgress: (percent: number) => void;
  /** Called with each line of stderr: of ssh, and of rsync on either side. */
  readonly onStderr: (line: string) => void;
  readonly forward: ForwardOptions | false;
}

/** Why a transfer failed. `exitCode` is as in rsync(1). Unknown properties are missing. */
export type Failure = Error & { readonly exitCode: number } & Partial<Explanation>;

/** Copies a folder or file, and resumes what an earlier attempt began. Rejects with a {@link Failure}. */
export async function transfer(request: Transfer): Promise<void> {
  const command = SshCommand.raw('rsync', [
    ...['--archive', '--partial-dir=.rsync-partial', `--timeout=${request.timeout}`],
    ...['--info=progress2', '--no-inc-recursive', '--outbuf=N'],
    ...['-e', `${request.rsh} -oBatchMode=yes -oConnectTimeout=${request.connect}`],
    ...['--', request.source, request.target],
  ]);
  const { signal, forward } = request;
  const warnings = ({ text }: { readonly text: string }) => request.onStderr(text);
  try {
    const options = { signal, forward, warnings, surface: 'never' } as const;
    await using transport = await AsyncSshTransport.spawn(command, options);
    transport.stdout?.setEncoding('latin1').on('data', (text: string) => {
      const percent = /.*\D(\d{1,3})%/s.exec(text)?.[1];
      if (percent !== undefined) request.onProgress(Number(percent));
    });
    // wait() reports why the output was cut off.
    transport.stdout?.on('error', () => {});
    const status = await transport.wait();
    if (status.success) return;
    const explanation = explain(transport.stderrSnapshot(), status);
    const message = `${explanation.summary}. ${explanation.hint}`.trim();
    throw Object.assign(new Error(message), { exitCode: rsyncExitCode(status), ...explanation });
  } catch (error) {
    throw Object.assign(error as Error, { exitCode: rsyncExitCode(error), ...(error as object) });
  }
}
