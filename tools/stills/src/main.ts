import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { record } from './record.js';
import { COLUMNS, scenes } from './scenes.js';
import { interpret } from './screen.js';
import { setStage } from './stage.js';
import { renderSvg } from './svg.js';

const usage = `Usage: npm run stills -- [--out FOLDER]

Runs real commands on a pseudo-terminal against a real sshd on loopback, and draws what they showed.
Needs rsync, sshd and script(1).

Options:
  --out FOLDER  where to write the pictures (default: docs/images)
  --help
`;

const USAGE_ERROR = 2;

async function main(): Promise<number> {
  const options = { out: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const folder = path.resolve(values.out ?? path.join(import.meta.dirname, '../../../docs/images'));
  mkdirSync(folder, { recursive: true });
  await using stage = await setStage();
  for (const { file, title, line } of scenes) {
    const shown = await record({ line, columns: COLUMNS, cwd: stage.cwd, env: stage.env });
    const target = path.join(folder, file);
    writeFileSync(target, renderSvg(await interpret(shown, COLUMNS), title));
    process.stdout.write(`${target}\n`);
  }
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  process.stderr.write(`stills: ${(error as Error).message}\n${isUsage ? `\n${usage}` : ''}`);
  process.exitCode = isUsage ? USAGE_ERROR : 1;
}
