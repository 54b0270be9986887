import { describe, expect, it } from 'vitest';
import { parseOperand } from '../../src/command/operand.js';
import { parseRemoteShell } from '../../src/command/remote-shell.js';
import { InvalidOptionError, InvalidTargetError } from '../../src/trait/errors.js';

const shell = { kind: 'remote-shell', user: null, port: null, module: null };
const daemon = { kind: 'daemon', user: null, port: null };

describe('parseOperand', () => {
  it.each([
    ['h:p', { ...shell, host: 'h', path: 'p' }],
    ['u@h:/p q', { ...shell, user: 'u', host: 'h', path: '/p q' }],
    ['u@d@h:p:q', { ...shell, user: 'u@d', host: 'h', path: 'p:q' }],
    ['h:', { ...shell, host: 'h', path: '' }],
    [':p', { ...shell, host: '', path: 'p' }],
    ['[::1]:p', { ...shell, host: '::1', path: 'p' }],
    ['u@[fe80::1%eth0]:p', { ...shell, user: 'u', host: 'fe80::1%eth0', path: 'p' }],
    ['h::m', { ...daemon, host: 'h', module: 'm', path: '' }],
    ['u@h::m/a/b', { ...daemon, user: 'u', host: 'h', module: 'm', path: 'a/b' }],
    ['rsync://h', { ...daemon, host: 'h', module: '', path: '' }],
    [
      'RSYNC://u@[::1]:8730/m/p',
      { ...daemon, user: 'u', host: '::1', port: 8730, module: 'm', path: 'p' },
    ],
    ['ssh://u@h:2222/a/b', { ...shell, user: 'u', host: 'h', port: 2222, path: '/a/b' }],
    ['ssh://[::1]', { ...shell, host: '::1', path: '' }],
    ['ssh://h:22', { ...shell, host: 'h', port: 22, path: '' }],
    ['ü:ö', { ...shell, host: 'ü', path: 'ö' }],
  ])('splits %j', (operand, parts) => {
    expect(parseOperand(operand)).toEqual(parts);
    expect(parseOperand(Buffer.from(operand))).toEqual(parts);
  });

  it.each(['p', './h:p', '/a:b', 'a/b:c', '', '[::1:p', 'x[::1]:p', '[]:p'])(
    'takes %j for local',
    (text) => {
      expect(parseOperand(text)).toBeNull();
    },
  );

  it('keeps a path that is not UTF-8', () => {
    const operand = Buffer.from('h:/caf\xe9', 'latin1');
    expect(parseOperand(operand)?.path).toEqual(Uint8Array.from(operand.subarray(2)));
  });

  it.each(['ssh://', 'ssh:///p', 'ssh://h:x/p', 'ssh://[::1'])('rejects %s', (uri) => {
    expect(() => parseOperand(uri)).toThrow(InvalidTargetError);
  });
});

describe('parseRemoteShell', () => {
  it.each([
    ['ssh', ['ssh']],
    ['  ssh  -p 22 ', ['ssh', '-p', '22']],
    [`ssh -o "A b" -i '/a b'`, ['ssh', '-o', 'A b', '-i', '/a b']],
    [`x a"b c"d ''`, ['x', 'ab cd', '']],
    [`x "a""b" 'it''s'`, ['x', 'a"b', "it's"]],
    ['x a\\b\tc', ['x', 'a\\b\tc']],
  ])('splits %j', (spec, [program, ...programArgs]) => {
    expect(parseRemoteShell(spec)).toEqual({ program, programArgs });
  });

  it.each(['', '   ', "''", 'x\0', 'x "a', "x 'a", 'x \\', 5 as never])('rejects %j', (spec) => {
    expect(() => parseRemoteShell(spec)).toThrow(InvalidOptionError);
  });
});
