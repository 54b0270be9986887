import { UsageError } from '../usage-error.js';
import { packageVersion } from '../own-package.js';

const usage = `Usage: rsync-io <command> [options]

Commands:
  doctor [--json]  report what this machine supports: the stderr backends, which one is used and
                   why, kernel buffers, the flag of each package, and the versions of ssh and
                   rsync; exits with status 1 if no backend works
  run [options] HOST... -- COMMAND [ARG...]
                   run one command on many hosts at once and print a table of the results;
                   see rsync-io run --help

Options:
  --help, --version
`;

const [command, ...rest] = process.argv.slice(2);

/** Loads each command on demand. */
async function main(): Promise<number> {
  switch (command) {
    case 'doctor':
      return (await import('../doctor/command.js')).doctorCommand(rest, usage);
    case 'run':
      return (await import('../run/command.js')).runCommand(rest);
    case '--help':
      process.stdout.write(usage);
      return 0;
    case '--version':
      process.stdout.write(`${packageVersion()}\n`);
      return 0;
    case undefined:
      throw new UsageError('no command given');
    default: {
      const what = command.startsWith('-') ? 'option' : 'command';
      throw new UsageError(`unknown ${what} ${JSON.stringify(command)}`);
    }
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const { message } = error as Error;
  if (error instanceof UsageError) {
    const name = command === 'doctor' || command === 'run' ? `rsync-io ${command}` : 'rsync-io';
    const help =
      command === 'run' ? 'See rsync-io run --help. Nothing was started.\n' : `\n${usage}`;
    process.stderr.write(`${name}: ${message}\n${help}`);
    process.exitCode = 2;
  } else {
    process.stderr.write(`rsync-io: ${message}\n`);
    process.exitCode = 1;
  }
}
