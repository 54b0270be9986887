import { packageVersion } from '../version.js';

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

const USAGE_ERROR = 2;

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
      const complaint =
        command === undefined ? 'no command given' : `unknown ${what} ${JSON.stringify(command)}`;
      process.stderr.write(`rsync-io: ${complaint}\n\n${usage}`);
      return USAGE_ERROR;
    }
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`rsync-io: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
