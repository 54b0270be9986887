// probe FILE.FUNCTION PARAMETERS: measures a contender once and prints the sample as JSON.
import { files } from './probes/index.ts';

const [name, parameters] = process.argv.slice(2) as [string, string];
const [file, probe] = name.split('.') as [keyof typeof files, string];
try {
  const module = (await files[file]()) as Record<string, (parameters: unknown) => Promise<unknown>>;
  const sample = await module[probe]?.(JSON.parse(parameters));
  // Ends children that a probe has left running.
  process.stdout.write(`${JSON.stringify(sample)}\n`, () => process.exit());
} catch (error) {
  process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
