import { SshCommand } from '@rsync-io/aux-channel';
import type { ProbeOrder } from '../matrix/probe-order.js';

/** The shell that plays the remote side: it finds its files in the environment, by absolute paths. */
export function commandOf(order: ProbeOrder): SshCommand {
  const { count, bytes } = order.padding ?? { count: 0, bytes: 0 };
  const padding = Array.from({ length: count }, () => 'x'.repeat(bytes));
  return SshCommand.raw(order.program ?? '/bin/sh', ['-c', order.script, 'sh', ...padding], {
    label: 'probe',
    env: { PATH: process.env['PATH'], PAYLOAD: `${process.cwd()}/payload`, FOLDER: process.cwd() },
    ...(order.cwd !== null && { cwd: order.cwd }),
  });
}

/** The plain connection before and after the section. */
export const PLAIN: Pick<ProbeOrder, 'script' | 'connections'> = {
  // Whatever is wrong with an fd 2 that it inherits.
  script: "trap '' PIPE XFSZ; cat; echo plain >&2; exit 5",
  connections: 1,
};
/** Fits into a socket, so that a blocking caller may write it before it reads. */
export const PLAIN_WIRE_BYTES = 10;
export const PLAIN_STATUS = 5;
