import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import {
  ConnectTimeoutError,
  type ExitStatus,
  IoTimeoutError,
  SpawnError,
  type RawCommandOptions,
  SshCommand,
  STDERR_BUFFER_CAP,
  type StderrBackend,
  type StderrSnapshot,
  type SurfacePolicy,
  TransportStateError,
} from '@rsync-io/aux-channel';
import { afterEach, describe, expect, it } from 'vitest';
import { isAlive, openDescriptors, waitUntil } from '../process-census.js';
import { program } from '../programs.js';

/** What the contract asks of a transport, blocking or not; a driver adapts each to this. */
export interface TransportUnderTest {
  readonly pid: number;
  /** The next bytes of stdout; none at its end. */
  read(): Promise<Uint8Array>;
  /** Resolves when the child's stdin took all. */
  write(bytes: Uint8Array): Promise<void>;
  closeStdin(): void;
  split(): unknown;
  stderrOutput(): Uint8Array;
  stderrSnapshot(): StderrSnapshot;
  tryWait(): ExitStatus | null;
  wait(): Promise<ExitStatus>;
  waitWithStderr(): Promise<{ status: ExitStatus; stderr: Uint8Array }>;
  cancelConnectWatchdog(): void;
  kill(signal?: NodeJS.Signals): boolean;
  dispose(): Promise<void>;
}

/** The options that both transports have. */
export interface ContractOptions {
  readonly backends: readonly StderrBackend[];
  readonly forward: { readonly to: number; readonly prefix?: string } | false;
  readonly surface: SurfacePolicy;
}

export interface TransportDriver {
  readonly name: string;
  /** `false` for a build in which the child inherits fd 2: nothing is captured then. */
  readonly captures: boolean;
  spawn(command: SshCommand, options: ContractOptions): Promise<TransportUnderTest>;
}

const windows = process.platform === 'win32';

/** Longer than a child takes to start, and to say its first word, on a busy machine. Unit: milliseconds. */
const CONNECT_MS = windows ? 3_000 : 700;

/**
 * The contract of a transport over one backend: registers its cases with vitest. Both transports run
 * it, so that the same child has the same result on either.
 */
export function transportContract(driver: TransportDriver, backend: StderrBackend): void {
  const started: TransportUnderTest[] = [];
  const strangers: number[] = [];
  const quiet: ContractOptions = { backends: [backend], forward: false, surface: 'never' };

  afterEach(async () => {
    for (const transport of started.splice(0)) await transport.dispose();
    for (const pid of strangers.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });

  async function start(command: SshCommand, options: Partial<ContractOptions> = {}) {
    const transport = await driver.spawn(command, { ...quiet, ...options });
    started.push(transport);
    return transport;
  }
  const act = (...steps: string[]) => acting(steps);
  const acting = (steps: readonly string[], options: RawCommandOptions = {}) =>
    SshCommand.raw(process.execPath, [program('act'), ...steps], options);
  const node = (...args: (string | number)[]) => SshCommand.raw(process.execPath, args.map(String));
  const captured = (whole: string) => (driver.captures ? whole : '');

  describe(`the contract of the ${driver.name} transport over ${backend.name}`, () => {
    describe('the wire', () => {
      it('carries every byte value in both directions', async () => {
        const transport = await start(act('cat'));
        const sent = Uint8Array.from({ length: 4096 }, (_, i) => i % 256);
        await transport.write(sent);
        transport.closeStdin();
        expect(Buffer.compare(await readAll(transport), sent)).toBe(0);
        expect((await transport.wait()).success).toBe(true);
      });

      it('carries more than any pipe holds', async () => {
        const transport = await start(act('zeros:20000000'));
        expect(await readAll(transport)).toHaveLength(20_000_000);
      });

      it('answers request by request', async () => {
        const transport = await start(act('cat'));
        for (const word of ['one', 'two', 'three']) {
          await transport.write(Buffer.from(word));
          expect(text(await transport.read())).toBe(word);
        }
      });

      it('ends when the child closes it, and stays ended', async () => {
        const transport = await start(act('out:last\n'));
        expect(text(await readAll(transport))).toBe('last\n');
        expect(await transport.read()).toHaveLength(0);
      });

      it('can be split once', async () => {
        const transport = await start(act('cat'));
        transport.split();
        expect(() => transport.split()).toThrow(TransportStateError);
      });
    });

    describe('the end', () => {
      it('has the exit code', async () => {
        const transport = await start(act('exit:9'));
        expect(await transport.wait()).toEqual({ code: 9, signal: null, success: false });
      });

      // Windows has no signals: there, a process that signals another ends it with a code.
      if (!windows) {
        it('has the signal that ended the child', async () => {
          const transport = await start(act('raise:SIGUSR2'));
          expect(await transport.wait()).toEqual({ code: null, signal: 'SIGUSR2', success: false });
        });
      }

      if (windows) {
        it('has an exit code above 255', async () => {
          const transport = await start(act('exit:3221225477'));
          expect((await transport.wait()).code).toBe(3_221_225_477);
        });
      }

      it('comes by wait(), which closes stdin', async () => {
        const transport = await start(act('drain', 'exit:4'));
        expect((await transport.wait()).code).toBe(4);
      });

      it('comes though nobody reads a flooded stdout', async () => {
        const transport = await start(act('zeros:5000000', 'exit:3'));
        expect((await transport.wait()).code).toBe(3);
      });

      it('does not wait for a process that keeps stdout and fd 2', async () => {
        const transport = await start(act('leave:30000', 'exit:1'));
        strangers.push(Number(text(await transport.read())));
        expect((await transport.wait()).code).toBe(1);
      });

      it('is not known before it happens', async () => {
        const transport = await start(act('cat'));
        expect(transport.tryWait()).toBeNull();
        transport.closeStdin();
        await waitUntil(() => transport.tryWait() !== null, { what: 'the exit' });
        expect(transport.tryWait()).toEqual({ code: 0, signal: null, success: true });
      });

      it('is the same when asked for again', async () => {
        const transport = await start(act('err:why\n', 'exit:7'));
        const first = await transport.wait();
        expect(await transport.wait()).toEqual(first);
        expect(transport.tryWait()).toEqual(first);
        const { status, stderr } = await transport.waitWithStderr();
        expect(status).toEqual(first);
        expect(text(stderr)).toBe(captured('why\n'));
      });

      it('can be brought about by a signal, of which there is no second use', async () => {
        const transport = await start(act('sleep:60000'));
        expect(transport.kill('SIGINT')).toBe(true);
        expect(await transport.wait()).toMatchObject({ code: null, signal: 'SIGINT' });
        expect(transport.kill()).toBe(false);
      });
    });

    it('hands over every argument as it is', async () => {
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

    it('tells diagnostics of its start and end, and of no argument or variable', async () => {
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

    describe('a start that fails', () => {
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

      it('tells no argument and no variable, which may be secrets', async () => {
        const command = SshCommand.raw('no-such-program', ['--password=tell-nobody'], {
          env: { ...process.env, TOKEN: 'tell-nobody' },
        });
        const error = await start(command).catch((e: unknown) => e);
        expect(error).toBeInstanceOf(SpawnError);
        expect(inspect(error, { depth: null, showHidden: true })).not.toContain('tell-nobody');
      });

      // Wine takes command lines that Windows does not.
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

      it('for want of descriptors is a SpawnError EMFILE and leaks nothing', async () => {
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

    describe('the watchdogs', () => {
      const silent = acting(['err:connecting\n', 'sleep:60000'], { connectTimeoutMs: CONNECT_MS });

      it('end a child that sends nothing, and tell what it had said', async () => {
        const transport = await start(silent);
        const error = await transport.wait().catch((e: unknown) => e);
        expect(error).toBeInstanceOf(ConnectTimeoutError);
        expect(error).toMatchObject({ code: 'ERR_CONNECT_TIMEOUT', timeoutMs: CONNECT_MS });
        expect(text((error as ConnectTimeoutError).stderr)).toBe(captured('connecting\n'));
        await expect(transport.wait()).rejects.toBeInstanceOf(ConnectTimeoutError);
        expect(transport.tryWait()?.signal).toBe('SIGTERM');
      });

      it('are content with a first byte that nobody reads', async () => {
        const command = acting(['out:hello', `sleep:${2 * CONNECT_MS}`, 'exit:6'], {
          connectTimeoutMs: CONNECT_MS,
        });
        const transport = await start(command);
        await waitUntil(() => transport.tryWait() !== null, { what: 'the exit' });
        expect((await transport.wait()).code).toBe(6);
      });

      it('can be told that the connection works', async () => {
        const transport = await start(
          acting([`sleep:${2 * CONNECT_MS}`, 'exit:6'], { connectTimeoutMs: CONNECT_MS }),
        );
        transport.cancelConnectWatchdog();
        transport.cancelConnectWatchdog();
        expect((await transport.wait()).code).toBe(6);
      });

      it('end a connection on which nothing moves', async () => {
        const steps = ['err:stuck\n', 'out:hello', 'sleep:60000'];
        const transport = await start(acting(steps, { ioTimeoutMs: CONNECT_MS }));
        const error = await transport.wait().catch((e: unknown) => e);
        expect(error).toBeInstanceOf(IoTimeoutError);
        expect(error).toMatchObject({ code: 'ERR_IO_TIMEOUT', timeoutMs: CONNECT_MS });
        expect(text((error as IoTimeoutError).stderr)).toBe(captured('stuck\n'));
      });

      it('end a read that waits for a stalled peer', async () => {
        const steps = ['out:hello', 'sleep:60000'];
        const transport = await start(acting(steps, { ioTimeoutMs: CONNECT_MS }));
        await transport.read();
        // Streams end; a blocking read throws.
        await transport.read().catch((e: unknown) => expect(e).toBeInstanceOf(IoTimeoutError));
        await expect(transport.wait()).rejects.toBeInstanceOf(IoTimeoutError);
      });

      it('are content with bytes that go the other way only', async () => {
        const command = acting(['drain', 'exit:6'], { ioTimeoutMs: 2 * CONNECT_MS });
        const transport = await start(command);
        for (let i = 0; i < 7; i++) {
          await transport.write(Buffer.from('x'));
          await new Promise((resolve) => setTimeout(resolve, CONNECT_MS / 2));
        }
        expect((await transport.wait()).code).toBe(6);
      });

      it('are content with a trickle', async () => {
        const command = acting(
          [
            ...Array.from({ length: 6 }, () => ['out:x', `sleep:${CONNECT_MS / 2}`]).flat(),
            'exit:6',
          ],
          {
            ioTimeoutMs: 2 * CONNECT_MS,
          },
        );
        expect((await (await start(command)).wait()).code).toBe(6);
      });
    });

    describe('disposal', () => {
      it('ends and reaps the child, and is safe twice', async () => {
        const transport = await start(act('sleep:60000'));
        await transport.dispose();
        await transport.dispose();
        expect(transport.tryWait()?.signal).toBe('SIGTERM');
        expect(isAlive(transport.pid)).toBe(false);
      });

      it('kills a child that ignores SIGTERM, which Windows does not know', async () => {
        const transport = await start(node(program('ignore-term')));
        await transport.read();
        await transport.dispose();
        expect(transport.tryWait()?.signal).toBe(windows ? 'SIGTERM' : 'SIGKILL');
      });

      it('of thirty connections in a row leaves no descriptor open', async () => {
        await (await start(act())).dispose();
        const before = openDescriptors() as number;
        for (let i = 0; i < 30; i++) {
          const transport = await start(act('cat'));
          if (i % 2 === 0) await transport.wait();
          await transport.dispose();
        }
        await nothingLeaked(before);
      });
    });

    if (!driver.captures) {
      describe('stderr', () => {
        it('is inherited by the child, and nothing of it is captured', async () => {
          const transport = await start(act('err:inherited\n', 'exit:3'));
          const { status, stderr } = await transport.waitWithStderr();
          expect(status.code).toBe(3);
          expect(stderr).toHaveLength(0);
          expect(transport.stderrSnapshot()).toMatchObject({ backend: 'inherit', ended: null });
        });
      });
      return;
    }

    describe('stderr', () => {
      it('is captured as it came, whatever its encoding', async () => {
        const transport = await start(node(program('write-stderr'), 512, 'bytes', 3));
        const { status, stderr } = await transport.waitWithStderr();
        expect(status.code).toBe(3);
        expect(stderr).toEqual(Uint8Array.from({ length: 512 }, (_, i) => i % 256));
        expect(transport.stderrSnapshot()).toMatchObject({
          totalBytes: 512,
          discardedBytes: 0,
          droppedWarnings: 0,
          backend: backend.name,
          ended: 'eof',
        });
      });

      it('is kept to the newest 64 KiB, and counted in full', async () => {
        const transport = await start(node(program('write-stderr'), 3_000_000, 'numbered'));
        const { stderr } = await transport.waitWithStderr();
        expect(stderr).toHaveLength(STDERR_BUFFER_CAP);
        expect(text(stderr).endsWith('line 00000000149999\n')).toBe(true);
        expect(transport.stderrSnapshot()).toMatchObject({
          totalBytes: 3_000_000,
          discardedBytes: 3_000_000 - STDERR_BUFFER_CAP,
        });
      });

      it('can be looked at while the child runs', async () => {
        const transport = await start(act('err:early\n', 'out:x', 'drain', 'exit:1'));
        await transport.read();
        await waitUntil(() => text(transport.stderrOutput()) === 'early\n', { what: 'stderr' });
        expect(transport.stderrSnapshot().ended).toBeNull();
        expect((await transport.wait()).code).toBe(1);
        expect(text(transport.stderrOutput())).toBe('early\n');
      });

      it('of 10 MiB before the first byte of stdout is no deadlock', async () => {
        const transport = await start(node(program('stderr-then-stdout'), 10 << 20));
        expect(text(await readAll(transport))).toBe('done');
        expect((await transport.wait()).success).toBe(true);
        expect(transport.stderrSnapshot().totalBytes).toBe(10 << 20);
      });

      it('is complete though a grandchild keeps fd 2, which is not waited for and not harmed', async () => {
        const transport = await start(node(program('grandchild'), 204_800, 3));
        const grandchild = Number(text(await readAll(transport)));
        strangers.push(grandchild);
        const { status, stderr } = await transport.waitWithStderr();
        expect(status.code).toBe(3);
        expect(stderr).toHaveLength(STDERR_BUFFER_CAP);
        const snapshot = transport.stderrSnapshot();
        expect(snapshot).toMatchObject({ totalBytes: 204_800, ended: 'abandoned' });
        expect(isAlive(grandchild)).toBe(true);
      });

      it('is closed under a grandchild by disposal only', async () => {
        const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-contract-'));
        const report = path.join(folder, 'report');
        const transport = await start(node(program('chatty-grandchild'), 1, report));
        const grandchild = Number(text(await readAll(transport)));
        strangers.push(grandchild);
        await transport.wait();
        const told = () => isAlive(grandchild) === false && readFileSync(report, 'utf8');
        await waitUntil(() => told() !== false, { what: 'the report of the grandchild' });
        expect(told()).toBe('every write succeeded');
        rmSync(folder, { recursive: true });
      });

      it('of disposal reaches a grandchild as a broken pipe', async () => {
        const transport = await start(act('nag'));
        const grandchild = Number(text(await transport.read()));
        strangers.push(grandchild);
        await transport.wait();
        expect(transport.stderrSnapshot().ended).toBe('abandoned');
        expect(isAlive(grandchild)).toBe(true);
        await transport.dispose();
        await waitUntil(() => !isAlive(grandchild), { what: 'the grandchild to notice' });
      });
    });

    describe('what is shown', () => {
      it('is every byte in order, when it is forwarded', async () => {
        const shown = await showing(async (to) => {
          const transport = await start(node(program('write-stderr'), 500_000, 'numbered'), {
            forward: { to },
          });
          await transport.wait();
        });
        expect(shown).toHaveLength(500_000);
        expect(shown.endsWith('line 00000000024999\n')).toBe(true);
      });

      it('of a prompt comes while the child waits for the answer', async () => {
        const shown = await showing(async (to) => {
          const transport = await start(node(program('prompt')), { forward: { to } });
          await waitUntil(() => fstatSync(to).size > 0, { what: 'the prompt' });
          expect(transport.tryWait()).toBeNull();
          await transport.write(Buffer.from('secret\n'));
          expect((await transport.wait()).success).toBe(true);
        });
        expect(shown).toBe('Password: ');
      });

      it('of two connections to one place has no line with bytes of both, prompts included', async () => {
        const shown = await showing(async (to) => {
          const speak = (name: string) => ({
            forward: { to, prefix: `[${name}] ` },
            command: act(
              ...Array.from({ length: 8 }, () => [
                `err:${name}?`,
                'sleep:90',
                `err:${name}=`,
                `err:${name}\n${name}\n`,
              ]).flat(),
            ),
          });
          const all = ['aa', 'bb'].map(speak).map((one) => start(one.command, one));
          for (const transport of await Promise.all(all)) await transport.wait();
        });
        for (const line of shown.split('\n').slice(0, -1)) {
          expect(line).toMatch(/^(?:\[aa\] [a?=]+|\[bb\] [b?=]+)$/);
        }
        const said = shown.replace(/^\[..\] /gm, '').replaceAll('\n', '');
        expect([...said].sort().join('')).toBe(
          [...'aa?aa=aaaabb?bb=bbbb'.repeat(8)].sort().join(''),
        );
      });

      it('at a failure is one headline below what was forwarded, once', async () => {
        const shown = await showing(async (to) => {
          const transport = await start(act('err:broken\n', 'exit:7'), {
            forward: { to },
            surface: 'unless-forwarded',
          });
          await transport.wait();
          await transport.wait();
          await transport.dispose();
        });
        expect(shown).toMatch(/^broken\nssh process exited with status 7: .*\n$/);
      });

      it('at a failure is headline and tail, when always asked for', async () => {
        const shown = await showing(async (to) => {
          const options = { forward: { to }, surface: 'always' } as const;
          await (await start(act('err:broken\n', 'exit:7'), options)).wait();
        });
        expect(shown).toBe('broken\nssh process exited with status 7:\nbroken\n');
      });

      it('is nothing more, when the caller takes the stderr', async () => {
        const shown = await showing(async (to) => {
          const transport = await start(act('err:broken\n', 'exit:7'), {
            forward: { to },
            surface: 'always',
          });
          await transport.waitWithStderr();
          await transport.wait();
          await transport.dispose();
        });
        expect(shown).toBe('broken\n');
      });

      it('is a failure that nobody waited for', async () => {
        const shown = await showing(async (to) => {
          const transport = await start(act('exit:5'), { forward: { to }, surface: 'always' });
          await waitUntil(() => transport.tryWait() !== null, { what: 'the exit' });
          await transport.dispose();
        });
        expect(shown).toBe('ssh process exited with status 5: it wrote nothing to stderr\n');
      });

      it('is nothing, when disposal itself ended the child', async () => {
        const shown = await showing(async (to) => {
          const options = { forward: { to }, surface: 'always' } as const;
          await (await start(act('sleep:60000'), options)).dispose();
        });
        expect(shown).toBe('');
      });
    });
  });
}

/** Some handles are closed a turn of the event loop later, and other ones of earlier tests with them. */
const nothingLeaked = (before: number) =>
  waitUntil(() => (openDescriptors() as number) <= before, { what: 'the descriptors to close' });

/** What arrived at a descriptor of a file while `use` ran. */
async function showing(use: (fd: number) => Promise<void>): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-contract-'));
  const file = path.join(folder, 'shown');
  const fd = openSync(file, 'a');
  try {
    await use(fd);
    return readFileSync(file, 'latin1');
  } finally {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
}

async function readAll(transport: TransportUnderTest): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = await transport.read();
    if (chunk.length === 0) return Buffer.concat(chunks);
    chunks.push(chunk);
  }
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
