import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import xterm from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { describeOnTerminal, everythingFrom, forwarding, onTerminal } from './terminal.js';

const hostile = path.join(import.meta.dirname, 'fixtures/hostile.mjs');
const run = { program: process.execPath, args: [hostile] };
const attack = spawnSync(run.program, run.args).stderr;

/** Removes text, colors, erase-in-line, tabs and line ends, and returns the rest. */
function unwelcome(screen: Buffer): string {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(screen);
  return text
    .replace(/\x1b\[(?:[0-9;:]*m|[012]?K)/g, '')
    .replace(/[\t\r\n]/g, '')
    .replace(/\P{Cc}/gu, '');
}

describe.each(['async', 'sync'])('a hostile remote over the %s transport', (transport) => {
  describeOnTerminal('on a terminal', () => {
    it('shows only text, color and erase-in-line on the screen', async () => {
      const screen = await everythingFrom(
        onTerminal(forwarding({ transport, runs: [run] })),
        'stdout',
      );
      expect(unwelcome(screen)).toBe('');
      const shown = screen.toString();
      for (const text of ['plain text', '\\#033]52;c;ZXZpbA==\\#007clipboard', '\\#2332J']) {
        expect(shown).toContain(text);
      }
      expect(shown).toContain('\x1b[31mred\x1b[0m');
      expect(shown).toContain('progress 20%\r\x1b[2Kdone');
      expect(shown).toContain('Größe 大小');
    });

    it('cannot move the cursor, change the title or query the terminal', async () => {
      const screen = await everythingFrom(
        onTerminal(forwarding({ transport, runs: [run] })),
        'stdout',
      );
      const terminal = new xterm.Terminal({ cols: 200, rows: 60, allowProposedApi: true });
      const events: string[] = [];
      terminal.onTitleChange((title) => events.push(`title ${title}`));
      terminal.onData((data) => events.push(`answer ${data}`));
      terminal.onBell(() => events.push('bell'));
      terminal.buffer.onBufferChange(() => events.push('other screen'));
      terminal.parser.registerOscHandler(52, () => events.push('clipboard') > 0);
      await new Promise<void>((resolve) => terminal.write(screen, resolve));
      expect(events).toEqual([]);
      const line = (i: number) => terminal.buffer.active.getLine(i)?.translateToString(true);
      expect(line(0)).toBe('plain text');
      expect(line(4)).toBe('\\#033[2J\\#033[Hcleared');
      expect(line(16)).toBe('done');
    });

    it('cannot hide behind the prefix of a host', async () => {
      const prefixed = { ...run, forward: { prefix: '[evil] ' } };
      const screen = await everythingFrom(
        onTerminal(forwarding({ transport, runs: [prefixed] })),
        'stdout',
      );
      expect(unwelcome(screen)).toBe('');
      for (const line of screen.toString().split('\r\n').slice(0, -1)) {
        expect(line).toMatch(/^\x1b\[0;3\dm\[evil\] \x1b\[0m/);
      }
    });

    it('gets a prefix without color if NO_COLOR is set', async () => {
      const greeting = { program: 'sh', args: ['-c', 'echo hello >&2'] };
      const runs = [{ ...greeting, forward: { prefix: '[host] ' } }];
      const terminal = onTerminal(forwarding({ transport, runs }), { NO_COLOR: '1' });
      expect((await everythingFrom(terminal, 'stdout')).toString()).toBe('[host] hello\r\n');
    });
  });

  it('is written unchanged to a file', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-hostile-'));
    const file = path.join(folder, 'log');
    try {
      const child = spawn(process.execPath, forwarding({ transport, runs: [run], file }));
      await once(child, 'close');
      expect(Buffer.compare(readFileSync(file), attack)).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
