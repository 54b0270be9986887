import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { closeSync, openSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { inspect } from 'node:util';
import { InvalidOptionError, SpawnError, SshCommand } from '@rsync-io/aux-channel';
import { describe, expect, it } from 'vitest';
import { openDescriptors } from '../../process-census.js';
import {
  type ContractContext,
  act,
  acting,
  nothingLeaked,
  readAll,
  windows,
} from './environment.js';

/** Starting a child, and failed starts. */
export function startCases({ start }: ContractContext): void {
  it('passes every argument unchanged', async () => {
    const awkward = [
      '',
      'a b',
      'say "so"',
      'C:\\folder\\',
      '\\\\"',
      '%PATH%',
      '^&|<>!',
      "it's",
      'ünï',
      '*?',
      '\n',
    ];
    const transport = await start(act('argv', ...awkward));
    expect(JSON.parse((await readAll(transport)).toString())).toEqual(awkward);
  });

  // The command line of Windows is UTF-16.
  if (!windows) {
    it('passes bytes that are not UTF-8 unchanged, in arguments and variables', async () => {
      const bytes = Uint8Array.from({ length: 255 }, (_, i) => i + 1);
      const env = { ...process.env, LATIN1: Uint8Array.of(0xe9) };
      const script = 'printf %s "$1$LATIN1"';
      const transport = await start(SshCommand.raw('sh', ['-c', script, 'sh', bytes], { env }));
      expect(await readAll(transport)).toEqual(Buffer.of(...bytes, 0xe9));
    });
  }

  it('publishes its start and end on diagnostics_channel, without arguments and variables', async () => {
    const messages: unknown[] = [];
    const listener = (message: unknown) => void messages.push(message);
    const channels = ['rsync-io:spawn', 'rsync-io:exit'];
    for (const name of channels) subscribe(name, listener);
    try {
      const secret = acting(['exit:3', 'tell-nobody'], {
        env: { ...process.env, TOKEN: 'tell-nobody' },
        label: 'host',
      });
      await (await start(secret)).wait();
    } finally {
      for (const name of channels) unsubscribe(name, listener);
    }
    expect(messages).toMatchObject([
      { label: 'host', program: process.execPath },
      { label: 'host', status: { code: 3 } },
    ]);
    expect(inspect(messages, { depth: null, showHidden: true })).not.toContain('tell-nobody');
  });

  it.each([
    [{ forward: { policy: 'escpae' } }, /^forward\.policy must be .*'escpae'.*'escape'\?$/],
    [{ forward: { prefx: 'x' } }, /^There is no option "forward\.prefx"/],
    [{ surface: 1 }, /^surface must be one of/],
    [{ backends: 'pipe' }, /^backends must be an array/],
  ])('rejects the option %j before anything is spawned', async (wrong, message) => {
    const error = await start(act('exit:0'), wrong as object).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect((error as Error).message).toMatch(message);
  });

  describe('a failed start', () => {
    it.each([
      ['a missing program', 'ENOENT', SshCommand.raw('no-such-program'), /Install it/],
      [
        'a missing folder',
        'ENOENT',
        SshCommand.raw(process.execPath, [], { cwd: '/none' }),
        /working directory "\/none" does not exist/,
      ],
      [
        'a folder as program',
        windows ? 'ENOENT' : 'EACCES',
        SshCommand.raw(tmpdir()),
        windows ? /Install it/ : /may not be executed/,
      ],
    ] as const)('for %s is a SpawnError %s and leaks nothing', async (_, code, command, says) => {
      await (await start(act())).wait();
      const before = openDescriptors() as number;
      const error = await start(command).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(SpawnError);
      expect(error).toMatchObject({ name: 'SpawnError', code, program: command.program });
      expect((error as Error).message).toMatch(says);
      await nothingLeaked(before);
    });

    it('reveals no argument and no variable, which may be secrets', async () => {
      const command = SshCommand.raw('no-such-program', ['--password=tell-nobody'], {
        env: { ...process.env, TOKEN: 'tell-nobody' },
      });
      const error = await start(command).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(SpawnError);
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain('tell-nobody');
    });

    // Wine accepts command lines that Windows rejects.
    if (!windows) {
      it('for a huge argument is a SpawnError E2BIG and leaks nothing', async () => {
        await (await start(act())).wait();
        const before = openDescriptors() as number;
        const error = await start(act('x'.repeat(4e6))).catch((e: unknown) => e);
        expect(error).toBeInstanceOf(SpawnError);
        expect(error).toMatchObject({ code: 'E2BIG', program: process.execPath });
        expect((error as Error).message).toMatch(/too long/);
        await nothingLeaked(before);
      });
    }

    it('without spare descriptors is a SpawnError EMFILE and leaks nothing', async () => {
      await (await start(act())).wait();
      const before = openDescriptors() as number;
      const hoard: number[] = [];
      let error: unknown;
      try {
        for (;;) hoard.push(openSync(devNull, 'r'));
      } catch {
        for (const spare of [0, 1, 2, 3]) {
          if (spare > 0) closeSync(hoard.pop() as number);
          error = await start(act()).catch((e: unknown) => e);
          expect(error).toBeInstanceOf(SpawnError);
          expect(error).toMatchObject({ code: 'EMFILE' });
          expect((error as Error).message).toMatch(/ulimit -n/);
        }
      } finally {
        for (const fd of hoard) closeSync(fd);
      }
      await nothingLeaked(before);
      expect((await (await start(act())).wait()).success).toBe(true);
    });
  });
}
