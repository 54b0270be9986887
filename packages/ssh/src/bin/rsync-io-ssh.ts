import { findSsh } from '@rsync-io/aux-channel/transport';
import { parseArguments, usage } from '../remote-shell/arguments.js';
import { runRemoteShell } from '../remote-shell/run.js';
import { exitLike } from '../signals.js';
import { packageVersion } from '../version.js';

/** What ssh itself exits with when it fails. */
const FAILED = 255;

void main();

async function main(): Promise<void> {
  const request = parseArguments(process.argv.slice(2));
  switch (request.kind) {
    case 'help':
      process.stdout.write(usage);
      break;
    case 'version':
      process.stdout.write(`${packageVersion()}\n`);
      break;
    case 'usage-error':
      process.stderr.write(`rsync-io-ssh: ${request.message}\n\n${usage}`);
      process.exitCode = FAILED;
      break;
    case 'run':
      try {
        exitLike(
          await runRemoteShell(request.sshArgs, {
            ...request,
            program: process.env['RSYNC_IO_SSH_PROGRAM'] ?? findSsh(),
            drain: process.env['RSYNC_IO_STDERR_CHANNEL'] !== 'off',
          }),
        );
      } catch (error) {
        process.stderr.write(`rsync-io-ssh: ${(error as Error).message}\n`);
        process.exitCode = FAILED;
      }
  }
}
