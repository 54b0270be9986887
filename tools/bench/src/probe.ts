// probe NAME PARAMETERS: measures a contender once and prints the sample as JSON.
import { type ProbeName, probes } from './probes/index.ts';

const [name, parameters] = process.argv.slice(2) as [ProbeName, string];
try {
  const { default: probe } = await probes[name]();
  const sample = await probe(JSON.parse(parameters));
  process.stdout.write(`${JSON.stringify(sample)}\n`);
} catch (error) {
  process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
