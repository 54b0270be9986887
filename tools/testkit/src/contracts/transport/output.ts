import { fstatSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { waitUntil } from '../../process-census.js';
import { program } from '../../programs.js';
import { act, acting, CONNECT_MS, type ContractContext, node, showing } from './environment.js';

/** The output of a connection: forwarded stderr and the report of a failure. */
export function outputCases({ start }: ContractContext): void {
  describe('forwarded and printed stderr', () => {
    it('contains every byte in order', async () => {
      const shown = await showing(async (to) => {
        const transport = await start(node(program('write-stderr'), 500_000, 'numbered'), {
          forward: { to },
        });
        await transport.wait();
      });
      expect(shown).toHaveLength(500_000);
      expect(shown.endsWith('line 00000000024999\n')).toBe(true);
    });

    it('contains a prompt while the child waits for the answer', async () => {
      const shown = await showing(async (to) => {
        const transport = await start(act('err:Password: ', 'line'), { forward: { to } });
        await waitUntil(() => fstatSync(to).size > 0, { what: 'the prompt' });
        expect(transport.tryWait()).toBeNull();
        await transport.write(Buffer.from('secret\n'));
        expect((await transport.wait()).success).toBe(true);
      });
      expect(shown).toBe('Password: ');
    });

    it('never mixes two connections in one line, not even prompts', async () => {
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
        const all = ['aa', 'bb']
          .map(speak)
          .map(({ command, forward }) => start(command, { forward }));
        for (const transport of await Promise.all(all)) await transport.wait();
      });
      for (const line of shown.split('\n').slice(0, -1)) {
        expect(line).toMatch(/^(?:\[aa\] [a?=]+|\[bb\] [b?=]+)$/);
      }
      const said = shown.replace(/^\[..\] /gm, '').replaceAll('\n', '');
      expect([...said].sort().join('')).toBe([...'aa?aa=aaaabb?bb=bbbb'.repeat(8)].sort().join(''));
    });

    it('has one headline below the forwarded lines after a failure', async () => {
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

    it('has headline and tail after a failure with surface: always', async () => {
      const shown = await showing(async (to) => {
        const options = { forward: { to }, surface: 'always' } as const;
        await (await start(act('err:broken\n', 'exit:7'), options)).wait();
      });
      expect(shown).toBe('broken\nssh process exited with status 7:\nbroken\n');
    });

    it('has no headline if the caller takes the stderr', async () => {
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

    it('has a failure that nobody waited for', async () => {
      const shown = await showing(async (to) => {
        const transport = await start(act('exit:5'), { forward: { to }, surface: 'always' });
        await waitUntil(() => transport.tryWait() !== null, { what: 'the exit' });
        await transport.dispose();
      });
      expect(shown).toBe('ssh process exited with status 5: it wrote nothing to stderr\n');
    });

    it.each(['kill()', 'a watchdog'])('is nothing, when %s ended the child', async (by) => {
      const shown = await showing(async (to) => {
        const options = { forward: { to }, surface: 'always' } as const;
        const timeout = by === 'kill()' ? {} : { connectTimeoutMs: CONNECT_MS };
        const transport = await start(acting(['sleep:60000'], timeout), options);
        if (by === 'kill()') transport.kill();
        await transport.wait().catch(() => {});
        await transport.dispose();
        expect(transport.tryWait()).toMatchObject({ signal: 'SIGTERM' });
      });
      expect(shown).toBe('');
    });

    it('has no failure if disposal ended the child', async () => {
      const shown = await showing(async (to) => {
        const options = { forward: { to }, surface: 'always' } as const;
        await (await start(act('sleep:60000'), options)).dispose();
      });
      expect(shown).toBe('');
    });
  });
}
