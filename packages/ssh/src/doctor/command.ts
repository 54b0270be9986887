import { parseArgs } from 'node:util';
import { diagnose } from './diagnose.js';
import { formatDiagnosis } from './format.js';

const USAGE_ERROR = 2;

export async function doctorCommand(argv: readonly string[], usage: string): Promise<number> {
  const options = parse(argv);
  if (typeof options === 'string') {
    process.stderr.write(`rsync-io doctor: ${options}\n\n${usage}`);
    return USAGE_ERROR;
  }
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const diagnosis = await diagnose();
  const text = options.json ? JSON.stringify(diagnosis, null, 2) : formatDiagnosis(diagnosis);
  process.stdout.write(`${text}\n`);
  return diagnosis.chosen === 'inherit' ? 1 : 0;
}

function parse(argv: readonly string[]): { json?: boolean; help?: boolean } | string {
  try {
    const options = { json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    return (error as Error).message;
  }
}
