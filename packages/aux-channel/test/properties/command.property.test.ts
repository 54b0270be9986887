import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RsyncIoError } from '../../src/trait/errors.js';
import { SshCommand } from '../../src/command/ssh-command.js';

const name = fc.string({ unit: 'binary', maxLength: 20 });

describe('a command line of ssh', () => {
  it('has the target as one word after `--`, or is rejected', () => {
    fc.assert(
      fc.property(fc.option(name), name, fc.array(name, { maxLength: 4 }), (user, host, words) => {
        const target = user === null ? host : `${user}@${host}`;
        let command: SshCommand;
        try {
          command = SshCommand.for(target, { program: 'ssh', remoteCommand: words });
        } catch (error) {
          expect(error).toBeInstanceOf(RsyncIoError);
          return;
        }
        const args = command.args as string[];
        const at = args.indexOf('--');
        expect(args.slice(at + 2)).toEqual(words);
        const destination = args[at + 1] as string;
        expect(destination).not.toMatch(/^-|^$|[\u0000-\u001f\u007f-\u009f]/);
        expect(command.label).not.toMatch(/^-|^$|@/);
        // Everything before it is an option of our own.
        expect(args.slice(0, at).every((arg) => arg.startsWith('-o'))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("keeps the caller's options, in their order, before ours", () => {
    const option = fc.constantFrom(
      'ConnectTimeout=9',
      '-v',
      '-oServerAliveInterval=3',
      'User=u',
      '-i/key',
    );
    fc.assert(
      fc.property(fc.array(option, { maxLength: 5 }), (options) => {
        const args = SshCommand.for('host', { program: 'ssh', options }).args as string[];
        const bare = (arg: string) => arg.replace(/^-o/, '');
        expect(args.slice(0, options.length).map(bare)).toEqual(options.map(bare));
        for (const setting of ['ConnectTimeout', 'ServerAliveInterval', 'ServerAliveCountMax']) {
          const given = options.some((one) => bare(one).startsWith(`${setting}=`));
          const times = args.filter((arg) => arg.startsWith(`-o${setting}=`)).length;
          if (!given) expect(times).toBe(1);
        }
      }),
    );
  });
});
