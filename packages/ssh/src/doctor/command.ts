import { parseArgs } from 'node:util';
import { UsageError } from '../usage-error.js';
import { diagnose } from './diagnose.js';
import { formatDiagnosis } from './format.js';

export async function doctorCommand(argv: readonly string[], usage: string): Promise<number> {
  const { json, help } = parse(argv);
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  const diagnosis = await diagnose();
  const text = json ? JSON.stringify(diagnosis, null, 2) : formatDiagnosis(diagnosis);
  process.stdout.write(`${text}\n`);
  return diagnosis.chosen === 'inherit' ? 1 : 0;
}

function parse(argv: readonly string[]) {
  try {
    const options = { json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
