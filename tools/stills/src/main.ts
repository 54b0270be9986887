import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { command } from '@rsync-io/command';
import { record } from './record.js';
import { COLUMNS, scenes } from './scenes.js';
import { interpret } from './screen.js';
import { setStage } from './stage.js';
import { renderSvg } from './svg.js';

const HELP = `Usage: npm run stills -- [--out FOLDER]

Runs real commands on a pseudo-terminal against a real sshd on loopback, and draws what they showed.
Needs rsync, sshd and script(1).

Options:
  --out FOLDER  where to write the pictures (default: docs/images)
  --help        this text
`;

await command({
  name: 'stills',
  help: HELP,
  options: {
    out: { type: 'string', default: path.join(import.meta.dirname, '../../../docs/images') },
  },
  read: ({ out }) => path.resolve(out),
  run: draw,
});

async function draw(folder: string): Promise<number> {
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
