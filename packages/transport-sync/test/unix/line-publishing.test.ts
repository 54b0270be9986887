import { spawnSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import path from 'node:path';
import { type ExitMessage, SshCommand, type StderrLineMessage } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';
import { waitUntil } from '@rsync-io/testkit';
import { SshConnection } from '@rsync-io/transport-sync';
import { afterEach, describe, expect, it } from 'vitest';

const LINES = 'rsync-io:stderr:line';
const quiet = { backends: [pipeBackend], forward: false, surface: 'never' } as const;
const shell = (script: string) => SshCommand.raw('sh', ['-c', script]);

describe('rsync-io:stderr:line of the blocking transport', () => {
  const listeners: [name: string, listener: (message: unknown) => void][] = [];
  const listen = (name: string, listener: (message: unknown) => void) => {
    subscribe(name, listener);
    listeners.push([name, listener]);
  };
  const heard = () => {
    const messages: StderrLineMessage[] = [];
    listen(LINES, (message) => messages.push(message as StderrLineMessage));
    return messages;
  };
  const texts = (messages: readonly StderrLineMessage[]) => messages.map(({ line }) => line.text);
  afterEach(() => {
    for (const [name, listener] of listeners.splice(0)) unsubscribe(name, listener);
  });

  it('is published in the calling thread, with label and pid', () => {
    const messages = heard();
    const connection = SshConnection.spawn(shell('echo one >&2; echo two >&2'), quiet);
    connection.wait();
    expect(messages).toMatchObject([
      {
        label: 'sh',
        pid: connection.pid,
        dropped: 0,
        line: { text: 'one', seq: 0, complete: true },
      },
      {
        label: 'sh',
        pid: connection.pid,
        dropped: 0,
        line: { text: 'two', seq: 1, complete: true },
      },
    ]);
  });

  it('comes before the exit', () => {
    const order: string[] = [];
    listen(LINES, (message) => order.push((message as StderrLineMessage).line.text));
    listen('rsync-io:exit', (message) =>
      order.push(`exit ${(message as ExitMessage).status.code}`),
    );
    SshConnection.spawn(shell('echo last >&2; exit 3'), quiet).wait();
    expect(order).toEqual(['last', 'exit 3']);
  });

  it('is published while a read is blocked', () => {
    const messages = heard();
    const script = 'echo early >&2; sleep 1; echo x; cat >/dev/null';
    using connection = SshConnection.spawn(shell(script), quiet);
    let duringRead: string[] = [];
    // The listener is called between the slices of the wait.
    listen(LINES, () => (duringRead = texts(messages)));
    connection.read(new Uint8Array(10));
    expect(duringRead).toEqual(['early']);
  });

  it('distinguishes connections with the same label', () => {
    const messages = heard();
    const [a, b] = ['a', 'b'].map((text) => SshConnection.spawn(shell(`echo ${text} >&2`), quiet));
    a?.wait();
    b?.wait();
    expect(messages.map(({ pid, line }) => [pid, line.text])).toEqual([
      [a?.pid, 'a'],
      [b?.pid, 'b'],
    ]);
  });

  it('follows later subscriptions and unsubscriptions', async () => {
    const script = 'read a; echo first >&2; read a; echo second >&2; read a; echo third >&2';
    using connection = SshConnection.spawn(shell(script), quiet);
    const says = async (text: string) => {
      connection.writeAll(Buffer.from('\n'));
      const said = () => Buffer.from(connection.stderrOutput()).toString().endsWith(`${text}\n`);
      await waitUntil(said, { what: text });
    };
    await says('first');
    const messages = heard();
    connection.tryWait();
    await says('second');
    connection.tryWait();
    expect(texts(messages)).toEqual(['second']);
    for (const [name, listener] of listeners.splice(0)) unsubscribe(name, listener);
    connection.tryWait();
    await says('third');
    connection.wait();
    expect(texts(messages)).toEqual(['second']);
  });

  it('allows a subscriber to call the connection during a wait', () => {
    const lines: string[] = [];
    const connection = SshConnection.spawn(
      shell('for i in 1 2 3; do echo $i >&2; sleep 0.3; done'),
      { ...quiet, warnings: true },
    );
    listen(LINES, () => lines.push(...connection.takeWarnings().map(({ text }) => text)));
    connection.wait();
    lines.push(...connection.takeWarnings().map(({ text }) => text));
    expect(lines).toEqual(['1', '2', '3']);
  });

  it('is bounded if the caller makes no calls, and counts dropped lines', async () => {
    const messages = heard();
    const connection = SshConnection.spawn(shell('seq 1 5000 >&2'), quiet);
    const over = () => Buffer.from(connection.stderrOutput()).toString().endsWith('5000\n');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await waitUntil(over, { what: 'the flood' });
    connection.wait();
    expect(messages.length + (messages.at(-1)?.dropped ?? 0)).toBe(5_000);
    expect(messages.at(-1)?.dropped).toBeGreaterThan(0);
  });
});

describe('a backend that cannot be used', () => {
  it('is reported once per process, by whichever thread finds it', () => {
    const file = path.join(import.meta.dirname, '../fixtures/one-fallback.mjs');
    const { stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    expect(stdout.trim()).toBe('1');
    expect(stderr.match(/it is broken on purpose/g)).toHaveLength(1);
  });
});
