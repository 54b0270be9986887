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

/** Loads each command on demand. */
async function main([command, ...rest]: readonly string[]): Promise<number> {
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
    default: {
      const what = command?.startsWith('-') === true ? 'option' : 'command';
      throw new UsageError(
        command === undefined ? 'no command given' : `unknown ${what} ${JSON.stringify(command)}`,
      );
    }
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { message } = error as Error;
  const isUsageError = error instanceof UsageError;
  process.stderr.write(
    isUsageError ? `${error.command}: ${message}\n\n${usage}` : `rsync-io: ${message}\n`,
  );
  process.exitCode = isUsageError ? 2 : 1;
}
