import { parseArguments, type RemoteShellRequest } from '../remote-shell/arguments.js';
import { runRemoteShell } from '../remote-shell/run.js';
import { exitLike } from '../signals.js';

/** The exit status of ssh when ssh itself fails. */
const FAILED = 255;

async function main(request: RemoteShellRequest): Promise<void> {
  if (request.kind === 'run') {
    const status = await runRemoteShell({
      ...request,
      program: process.env['RSYNC_IO_SSH_PROGRAM'] || (await defaultProgram()),
      drain: process.env['RSYNC_IO_STDERR_CHANNEL'] !== 'off',
    });
    return exitLike(status);
  }
  const { packageVersion, usage } = await import('../remote-shell/on-demand.js');
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
  }
}

async function defaultProgram(): Promise<string> {
  if (process.platform !== 'win32') return 'ssh';
  return (await import('../remote-shell/on-demand.js')).findSsh();
}

main(parseArguments(process.argv.slice(2))).catch((error: unknown) => {
  process.stderr.write(`rsync-io-ssh: ${(error as Error).message}\n`);
  process.exitCode = FAILED;
});
