import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { quoteWord } from '../../src/command/remote-rsync.js';
import { spawnArguments } from '../../src/command/spawn-arguments.js';
import { SshCommand } from '../../src/command/ssh-command.js';
import { InvalidOptionError } from '../../src/trait/errors.js';

/** Every byte that an argument can hold, with newlines at the end. */
const allBytes = Uint8Array.from([...Array.from({ length: 255 }, (_, i) => i + 1), 10, 10]);

/** Runs the command and returns what it printed. */
function outputOf(command: SshCommand, variables: NodeJS.ProcessEnv = {}): Buffer {
  const { program, args, env } = spawnArguments(command);
  return execFileSync(program, args, { env: { PATH: process.env['PATH'], ...variables, ...env } });
}

describe.skipIf(process.platform === 'win32')('a word that is not UTF-8', () => {
  it('reaches the program byte for byte, between others', () => {
    const args = ['%s|%s|%s|%s|', 'a\\0101 $(id) é\n', allBytes, '', '-n'];
    const expected = Buffer.concat([
      Buffer.from('a\\0101 $(id) é\n|'),
      allBytes,
      Buffer.from('||-n|'),
    ]);
    expect(outputOf(SshCommand.raw('printf', args))).toEqual(expected);
  });

  it.each(['C', 'C.UTF-8', 'ja_JP.SJIS', 'zh_CN.GB18030'])('does so with LC_ALL=%s', (LC_ALL) => {
    const command = SshCommand.raw('printf', ['%s', Uint8Array.of(0x81, 0x0a)]);
    expect(outputOf(command, { LC_ALL })).toEqual(Buffer.of(0x81, 0x0a));
  });

  it('reaches the program as the value of a variable', () => {
    const env = { BYTES: Uint8Array.of(0xe9, 0x0a), PLAIN: 'x' };
    const command = SshCommand.raw('sh', ['-c', 'printf %s "$BYTES|$PLAIN"'], { env });
    expect(outputOf(command)).toEqual(Buffer.from([0xe9, 0x0a, 0x7c, 0x78]));
  });

  it('keeps the exit status of the program', () => {
    const { program, args } = spawnArguments(
      SshCommand.raw('sh', ['-c', 'exit 7', Uint8Array.of(0xff)]),
    );
    expect(() => execFileSync(program, args)).toThrow(expect.objectContaining({ status: 7 }));
  });

  it('is quoted for the remote shell like a string', () => {
    const word = Uint8Array.of(0x27, 0xff, 0x20);
    const command = SshCommand.raw('sh', [
      '-c',
      Buffer.concat([Buffer.from('printf %s '), quoteWord(word) as Uint8Array]),
    ]);
    expect(outputOf(command)).toEqual(Buffer.from(word));
  });
});

describe('a word', () => {
  it('that is UTF-8 is a string in the command, which is started directly', () => {
    const command = SshCommand.raw('ssh', [Buffer.from('é')], { env: { A: Buffer.from('ü') } });
    expect(command.args).toEqual(['é']);
    expect(spawnArguments(command)).toEqual({ program: 'ssh', args: ['é'], env: { A: 'ü' } });
  });

  it('is copied, so that later changes of the bytes have no effect', () => {
    const bytes = Uint8Array.of(0xff);
    const command = SshCommand.raw('x', [bytes]);
    bytes[0] = 0x41;
    expect(command.args).toEqual([Uint8Array.of(0xff)]);
  });

  it.each([['\ud800'], ['a\udc00b'], ['a\0b'], [Uint8Array.of(0)]])(
    'that no system call can take is refused: %j',
    (word) => {
      expect(() => SshCommand.raw('x', [word])).toThrow(InvalidOptionError);
      expect(() => SshCommand.for('host', { remoteCommand: [word] })).toThrow(InvalidOptionError);
    },
  );
});
