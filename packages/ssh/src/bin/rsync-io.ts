import { parseArgs } from 'node:util';
import { diagnose } from '../doctor/diagnose.js';
import { formatDiagnosis } from '../doctor/format.js';
import { packageVersion } from '../version.js';

const usage = `Usage: rsync-io <command>

Commands:
  doctor [--json]  what this machine offers: stderr backends, which one is used and why, kernel
                   buffers, the flag of every package, ssh and rsync. Exits 1 if no backend works.

Options:
  --help, --version
`;

const USAGE_ERROR = 2;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean' },
      version: { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (values.version) {
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  const [command, ...rest] = positionals;
  if (command !== 'doctor' || rest.length > 0) {
    const complaint =
      command === undefined ? 'no command is given' : `unknown: ${positionals.join(' ')}`;
    process.stderr.write(`rsync-io: ${complaint}\n\n${usage}`);
    return USAGE_ERROR;
  }
  const diagnosis = await diagnose();
  const text = values.json ? JSON.stringify(diagnosis, null, 2) : formatDiagnosis(diagnosis);
  process.stdout.write(`${text}\n`);
  return diagnosis.chosen === 'inherit' ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  process.stderr.write(`rsync-io: ${(error as Error).message}\n${isUsage ? `\n${usage}` : ''}`);
  process.exitCode = isUsage ? USAGE_ERROR : 1;
}
