/*
 * npm run screenshots: runs real commands on a pseudo-terminal against a real sshd on loopback, and writes what
 * they showed to docs/images/*.svg. Needs ssh, sshd, rsync and script(1).
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildPackages } from '@rsync-io/kit/build';
import { ROOT } from '@rsync-io/kit/workspace';
import xterm from '@xterm/headless';

const COLUMNS = 120;
const SCREENSHOTS = [
  {
    file: 'failing-transfer.svg',
    title:
      'A transfer by rsync over rsync-io-ssh fails: the messages of ssh on a changed host key, one line of rsync-io-ssh that explains them, and the end line of rsync',
    line: 'rsync -a -e rsync-io-ssh photos/ demo-host:backup/',
  },
  {
    file: 'run-on-many-hosts.svg',
    title:
      'rsync-io run on five hosts: each line with the name of its host in a color, then a table of status, time and explanation for each',
    line: "rsync-io run web-1 web-2 web-3 db-1 old-1 -- 'rsync --version | head -n 1'",
  },
];

const FOREGROUND = '#d8dee9';
/** The terminal's first sixteen colors. */
const PALETTE = [
  ...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
  ...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#f0f6fc'],
];

await buildPackages();
const { startOpenSshServer } = await import('@rsync-io/testkit/lab');
await using server = await startOpenSshServer();
const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-screenshots-'));
try {
  prepareFolder();
  for (const { file, title, line } of SCREENSHOTS) {
    const target = path.join(ROOT, 'docs/images', file);
    writeFileSync(target, svgOf(await rowsOf(record(line)), title));
    process.stdout.write(`${target}\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

/**
 * Commands and hosts whose names reveal nothing about this machine: `demo-host` has another key than the known one,
 * `web-1` to `web-3` work, `db-1` refuses connections, and `old-1` accepts no key.
 */
function prepareFolder(): void {
  const config = path.join(folder, 'ssh_config');
  const anyKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
  for (const name of ['bin', 'photos']) mkdirSync(path.join(folder, name));
  writeFileSync(path.join(folder, 'photos/one.jpg'), 'one');
  writeFileSync(path.join(folder, 'known_hosts'), `demo-host ${anyKey}\n`);
  const sshConfig = [
    // A relative name, because it appears in the picture.
    'Host demo-host\n  UserKnownHostsFile known_hosts\n  HostKeyAlias demo-host',
    // tcpmux, which nobody uses.
    'Host db-1\n  Port 1',
    'Host old-1\n  PubkeyAuthentication no\n  User backup',
    `Host *\n  HostName localhost\n  AddressFamily inet\n  Port ${server.port}\n  User ${server.user}`,
    `  IdentityFile "${server.identityFile}"\n  IdentitiesOnly yes\n  IdentityAgent none`,
    `  UserKnownHostsFile "${server.knownHostsFile}"\n  GlobalKnownHostsFile none`,
    '  StrictHostKeyChecking yes\n',
  ];
  writeFileSync(config, sshConfig.join('\n'), { mode: 0o600 });
  const ssh = execFileSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).trim();
  const command = (name: string, words: string) =>
    writeFileSync(path.join(folder, 'bin', name), `#!/bin/sh\nexec ${words} "$@"\n`, {
      mode: 0o755,
    });
  command('ssh', `'${ssh}' -F '${config}'`);
  for (const name of ['rsync-io', 'rsync-io-ssh']) {
    command(name, `'${process.execPath}' '${path.join(ROOT, 'packages/ssh/bin', `${name}.js`)}'`);
  }
}

/** Everything a command line writes to a terminal, below a prompt with the line. */
function record(line: string): Buffer {
  const { NO_COLOR: _, ...env } = process.env;
  const shell = `stty cols ${COLUMNS} rows 60; ${line}; true`;
  const shown = execFileSync('script', ['-qec', shell, '/dev/null'], {
    cwd: folder,
    env: {
      ...env,
      PATH: `${folder}/bin:${env['PATH'] ?? ''}`,
      TERM: 'xterm-256color',
      SHELL: '/bin/sh',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  });
  return Buffer.concat([Buffer.from(`\u001b[1m$ ${line}\u001b[0m\r\n`), shown]);
}

/** Adjacent characters of the same style. */
interface Span {
  readonly column: number;
  text: string;
  /** Unit: cells. */
  width: number;
  /** SVG attributes. */
  readonly style: string;
}

/** The screen of a terminal after this output, without empty rows at the end. */
async function rowsOf(output: Uint8Array): Promise<Span[][]> {
  const terminal = new xterm.Terminal({ cols: COLUMNS, rows: 1_000, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  const { active } = terminal.buffer;
  const rows = Array.from({ length: active.length }, (_, y) => {
    const line = active.getLine(y);
    const spans: Span[] = [];
    for (let column = 0; column < COLUMNS; column++) {
      const cell = line?.getCell(column);
      // The right half of a wide character has no width.
      if (cell === undefined || cell.getWidth() === 0) continue;
      const style = [
        cell.isFgPalette() ? `fill="${PALETTE[cell.getFgColor()] ?? FOREGROUND}"` : '',
        cell.isBold() ? 'font-weight="bold"' : '',
        cell.isDim() ? 'opacity="0.6"' : '',
      ].join(' ');
      let span = spans.at(-1);
      if (span?.style !== style) spans.push((span = { column, text: '', width: 0, style }));
      span.text += cell.getChars() || ' ';
      span.width += cell.getWidth();
    }
    return spans.filter(({ text }) => text.trim() !== '');
  });
  return rows.slice(0, rows.findLastIndex((spans) => spans.length > 0) + 1);
}

/** Every span gets its width, so that columns align with any monospaced font. */
function svgOf(rows: readonly (readonly Span[])[], title: string): string {
  const [cell, row, margin] = [8.4, 20, 16];
  const [width, height] = [Math.ceil(COLUMNS * cell) + 2 * margin, rows.length * row + 2 * margin];
  const pixels = (value: number) => String(Math.round(value * 100) / 100);
  const texts = rows.flatMap((spans, y) =>
    spans.map(({ column, text, width, style }) => {
      // Without surrounding spaces, which some viewers drop before they apply textLength.
      const leading = text.length - text.trimStart().length;
      const shown = width - leading - (text.length - text.trimEnd().length);
      const x = pixels(margin + (column + leading) * cell);
      return `<text x="${x}" y="${margin + y * row + 15}" textLength="${pixels(shown * cell)}" lengthAdjust="spacingAndGlyphs" xml:space="preserve" ${style}>${escapeXml(text.trim())}</text>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
<title id="title">${escapeXml(title)}</title>
<rect width="${width}" height="${height}" rx="8" fill="#161b22"/>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" fill="${FOREGROUND}">
${texts.join('\n')}
</g>
</svg>
`;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
