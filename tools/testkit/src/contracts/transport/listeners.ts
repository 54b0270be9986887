import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { SshCommand, type StderrLineMessage } from '@rsync-io/aux-channel';
import { afterEach, describe, expect, it } from 'vitest';
import { waitUntil } from '../../process-census.js';
import { act, type ContractContext, text, windows } from './environment.js';
import type { LineListener, TransportUnderTest } from './driver.js';

/** A listener may use the transport that calls it, and may be added and removed at any time. */
export function listenerCases({ driver, start }: ContractContext): void {
  const channel = 'rsync-io:stderr:line';
  const listeners: ((message: unknown) => void)[] = [];
  const listen = (onLine: (line: string) => void) => {
    const listener = (message: unknown) => onLine((message as StderrLineMessage).line.text);
    subscribe(channel, listener);
    listeners.push(listener);
  };
  const stopListening = () => {
    for (const listener of listeners.splice(0)) unsubscribe(channel, listener);
  };
  afterEach(stopListening);

  it('publishes no line that is glued from two, when a subscriber goes and comes in the middle', async () => {
    const parts = ['rm -rf ', '(refused by policy)\nline 2\nsaved in ', '/home/user\nend\n'];
    const transport = await start(act(...parts.flatMap((part) => ['line', `err:${part}`])));
    let written = '';
    const say = async (part: string) => {
      // With every call, the blocking transport learns of its listeners.
      transport.tryWait();
      await transport.write(Buffer.from('\n'));
      written += part;
      await waitUntil(() => text(transport.stderrOutput()) === written, { what: part });
    };
    const published: string[] = [];
    for (const part of parts) {
      if (part === parts[1]) stopListening();
      else listen((line) => published.push(line));
      await say(part);
    }
    await transport.wait();
    expect(published).toEqual(['end']);
  });

  const diagnostics: LineListener = {
    name: 'a subscriber of diagnostics_channel',
    options: (onLine) => {
      listen(onLine);
      return {};
    },
  };
  const all = [diagnostics, ...driver.listeners];

  describe.each(all)('$name', ({ options }) => {
    /** Starts a child that writes nothing before it is asked to, and calls `onLine` for each of its lines. */
    async function startWith(
      command: SshCommand,
      onLine: (transport: TransportUnderTest, line: string) => void,
    ) {
      const lines: string[] = [];
      const listener = (line: string) => {
        lines.push(line);
        onLine(transport, line);
      };
      const transport: TransportUnderTest = await start(command, options(listener));
      return { transport, lines };
    }
    const upTo = (count: number) => Array.from({ length: count }, (_, i) => `${i + 1}`);
    const numbered = (count: number) => `err:${upTo(count).join('\n')}\n`;

    it('may look at the capture and kill the child: every line comes once and in order', async () => {
      const seen: number[] = [];
      const { transport, lines } = await startWith(
        act('line', numbered(9), 'sleep:60000'),
        (own, line) => {
          seen.push(own.stderrSnapshot().totalBytes);
          if (line === '3') own.kill();
        },
      );
      await transport.write(Buffer.from('\n'));
      expect((await transport.wait()).signal).toBe('SIGTERM');
      expect(lines).toEqual(upTo(9));
      expect(seen).toEqual(Array<number>(9).fill(18));
      expect(transport.stderrSnapshot()).toMatchObject({ totalBytes: 18, droppedWarnings: 0 });
    });

    it('may dispose of the connection: every line comes once and in order', async () => {
      const disposals: Promise<void>[] = [];
      // Windows ends a process without asking it.
      const count = windows ? 9 : 10;
      const script = `trap 'echo 10 >&2; exit 0' TERM; read -r _; seq 9 >&2; while :; do sleep 0.01; done`;
      const command = windows
        ? act('line', numbered(9), 'sleep:60000')
        : SshCommand.raw('sh', ['-c', script]);
      const { transport, lines } = await startWith(command, (own, line) => {
        if (line === '3') disposals.push(own.dispose());
      });
      await transport.write(Buffer.from('\n'));
      await waitUntil(
        () => {
          transport.tryWait();
          return disposals.length > 0;
        },
        { what: 'the line' },
      );
      await Promise.all(disposals);
      expect(lines).toEqual(upTo(count));
    });

    it('may dispose of another connection, whose lines come whole', async () => {
      const theirs: string[] = [];
      const other = await start(
        act('line', 'err:a\nb\nc\n', 'sleep:60000'),
        options((line) => theirs.push(line)),
      );
      await other.write(Buffer.from('\n'));
      await waitUntil(() => other.stderrSnapshot().totalBytes === 6, { what: 'its lines' });
      const disposals: Promise<void>[] = [];
      const { transport, lines } = await startWith(act('line', numbered(9)), (_, line) => {
        if (line === '3') disposals.push(other.dispose());
      });
      await transport.write(Buffer.from('\n'));
      expect((await transport.wait()).success).toBe(true);
      await Promise.all(disposals);
      expect(disposals).toHaveLength(1);
      const own = (line: string) => /^\d$/.test(line);
      expect(lines.filter(own)).toEqual(upTo(9));
      expect(theirs.filter((line) => !own(line))).toEqual(['a', 'b', 'c']);
    });
  });
}
