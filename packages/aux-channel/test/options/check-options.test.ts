import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { remoteRsyncCommand } from '../../src/command/remote-rsync.js';
import { SshCommand } from '../../src/command/ssh-command.js';
import { drainRules } from '../../src/drain/drain-options.js';
import { descriptorTarget, forwardRule } from '../../src/forward/forward-options.js';
import { LineDispatcher } from '../../src/lines/line-dispatcher.js';
import { WarningQueue } from '../../src/lines/warning-queue.js';
import { checkOptions } from '../../src/options/check-options.js';
import { InvalidOptionError, RsyncIoError } from '../../src/trait/errors.js';
import { transportRules } from '../../src/trait/transport-options.js';

const errorOf = (act: () => unknown): InvalidOptionError => {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidOptionError);
    return error as InvalidOptionError;
  }
  throw new Error('it was accepted');
};

describe('an option that is not allowed', () => {
  it.each([
    [
      { forward: { policy: 'escpae' } },
      'forward.policy',
      "forward.policy must be one of 'raw', 'lossy', 'escape', 'auto'. Received 'escpae'. Did you mean 'escape'?",
    ],
    [
      { forward: { polcy: 'raw' } },
      'forward.polcy',
      'There is no option "forward.polcy". Did you mean forward.policy? Allowed: to, policy, prefix.',
    ],
    [{ forward: true }, 'forward', 'forward must be false or an object. Received true.'],
    [{ forward: [] }, 'forward', 'forward must be an object. Received [].'],
    [
      { forward: { to: -1 } },
      'forward.to',
      'forward.to must be a Writable, a function or the number of a descriptor. Received -1.',
    ],
    [{ forward: { prefix: 1 } }, 'forward.prefix', 'forward.prefix must be a string. Received 1.'],
    [
      { surface: 'sometimes' },
      'surface',
      "surface must be one of 'unless-forwarded', 'always', 'never'. Received 'sometimes'.",
    ],
    [
      { warnings: true },
      'warnings',
      'warnings must be a WarningQueue or a function. Received true.',
    ],
    [{ label: null }, 'label', 'label must be a string. Received null.'],
    [
      { zzz: 1 },
      'zzz',
      'There is no option "zzz". Allowed: forward, warnings, surface, label, onClosed.',
    ],
  ])(
    'of a channel, %j, is named with its value and what is allowed',
    (options, option, message) => {
      const error = errorOf(() => checkOptions(options, drainRules));
      expect(error).toMatchObject({ option, message, code: 'ERR_INVALID_OPTION' });
      expect(error).toBeInstanceOf(RsyncIoError);
    },
  );

  it.each([
    [{ addressFamily: 5 }, 'addressFamily must be one of 4, 6. Received 5.'],
    [{ port: 65_536 }, 'port must be an integer from 1 to 65535. Received 65536.'],
    [{ port: '22' }, "port must be an integer from 1 to 65535. Received '22'."],
    [
      { connectTimeoutMs: 0 },
      'connectTimeoutMs must be null or a positive number of milliseconds below 2^31. Received 0.',
    ],
    [
      { keepalive: { intervalMs: 1_000 } },
      'keepalive.maxFailures must be a positive integer. Received undefined.',
    ],
    [{ keepalive: 20 }, 'keepalive must be null or an object. Received 20.'],
    [{ program: '' }, /^program must be a string that is not empty/],
    [
      { programArgs: '-v' },
      "programArgs must be an array of strings or Uint8Arrays. Received '-v'.",
    ],
    [{ remoteCommand: ['a', 1] }, /^remoteCommand\[1\] must be a string .*Received 1\.$/],
    [{ remoteCommand: ['a\0'] }, /^remoteCommand\[0\] must be .* without NUL/],
    [{ remoteCommand: ['\ud800'] }, /^remoteCommand\[0\] must be a string without lone surrogates/],
    [{ env: { A: 'secret\0' } }, /^env\["A"\]: its name and value must be (?!.*secret)/],
    [{ env: 'A=b' }, "env must be an object of variables. Received 'A=b'."],
    [{ cwd: 1 }, /^cwd must be a string/],
    [{ user: 1 }, 'user must be a string. Received 1.'],
    [{ conectTimeoutMs: 1 }, /Did you mean connectTimeoutMs\?/],
    [{ env: new Map([['A', 'b']]) }, /^env must be an object of variables\. Received Map/],
    ['-v', "config must be an object. Received '-v'."],
    [null, 'config must be an object. Received null.'],
    [[], 'config must be an object. Received [].'],
    [() => {}, /^config must be an object\. Received \[Function/],
    [new Map([['port', 22]]), /^config must be an object\. Received Map\(1\)/],
    [new Date(0), 'config must be an object. Received 1970-01-01T00:00:00.000Z.'],
  ])('of a command, %j, is rejected', (config, message) => {
    const { message: actual } = errorOf(() => SshCommand.for('host', config as never));
    if (typeof message === 'string') expect(actual).toBe(message);
    else expect(actual).toMatch(message);
  });

  it('of a command that runs rsync is rejected with the same message', () => {
    const remote = (config: unknown) => () => remoteRsyncCommand('host', [], config as never);
    expect(errorOf(remote('-v')).message).toBe("config must be an object. Received '-v'.");
    expect(errorOf(remote(new Map())).message).toMatch(/^config must be an object\. Received Map/);
  });

  it('of a channel may be a queue that already serves another one', () => {
    const warnings = new WarningQueue();
    expect(checkOptions({ warnings }, drainRules)).toEqual({ warnings });
    new LineDispatcher(warnings, { label: '', pid: 0 });
    expect(errorOf(() => checkOptions({ warnings }, drainRules))).toMatchObject({
      option: 'warnings',
      message: 'warnings: a WarningQueue serves one channel; make one for each.',
    });
  });

  it('of a raw command is rejected, too', () => {
    expect(errorOf(() => SshCommand.raw('', [])).option).toBe('program');
    expect(errorOf(() => SshCommand.raw('x', ['\0'])).option).toBe('args[0]');
    expect(errorOf(() => SshCommand.raw('x', [], { lable: 'y' } as never)).message).toMatch(
      /label/,
    );
    expect(errorOf(() => SshCommand.raw('x', [], { ioTimeoutMs: -1 })).option).toBe('ioTimeoutMs');
  });

  it('of a transport may be missing backends', () => {
    expect(errorOf(() => checkOptions({}, transportRules)).message).toBe(
      'backends must be an array of backends, such as platformBackends() of @rsync-io/ssh. Received undefined.',
    );
    expect(errorOf(() => checkOptions({ backends: ['pipe'] }, transportRules)).option).toBe(
      'backends',
    );
  });

  it('of the blocking transport may be a target that only the calling thread can write to', () => {
    const rules = { forward: forwardRule(descriptorTarget) };
    const to = new PassThrough();
    expect(errorOf(() => checkOptions({ forward: { to } }, rules)).message).toMatch(
      /^forward\.to must be the number of a descriptor, because another thread/,
    );
  });

  it('is not inspected: neither getters nor a custom inspect function are called', () => {
    const hostile = {
      [Symbol.for('nodejs.util.inspect.custom')]: () => 'forged',
      get policy() {
        throw new Error('read');
      },
    };
    const { message } = errorOf(() => checkOptions({ surface: hostile }, drainRules));
    expect(message).not.toMatch(/forged|read/);
    expect(message.length).toBeLessThan(300);
    const long = errorOf(() => checkOptions({ surface: 'x'.repeat(10_000) }, drainRules));
    expect(long.message.length).toBeLessThan(300);
  });
});

describe('options that are allowed', () => {
  it('are copied, each property read once, and undefined means not given', () => {
    let reads = 0;
    const given = {
      get surface() {
        reads += 1;
        return 'never';
      },
      label: undefined,
    };
    expect(checkOptions(given, drainRules)).toEqual({ surface: 'never' });
    expect(reads).toBe(1);
  });

  it.each([
    { forward: false },
    { forward: {} },
    { forward: { to: 2, policy: 'raw', prefix: '' } },
    { forward: { to: process.stderr } },
    { forward: { to: () => {} } },
    { warnings: new WarningQueue() },
    { warnings: () => {}, onClosed: () => {}, label: 'host' },
  ])('include %o', (options) => {
    expect(checkOptions(options, drainRules)).toEqual(options);
  });
});

describe('the environment of a command', () => {
  const environmentOf = (env: unknown) => SshCommand.raw('x', [], { env: env as never }).env;

  it('is read as child_process reads it: with inherited properties, as strings, without undefined', () => {
    const inherited = Object.create({ A: 'a' }) as Record<string, unknown>;
    Object.assign(inherited, { B: 1, C: undefined, D: null, E: false });
    expect(environmentOf(inherited)).toEqual({ A: 'a', B: '1', D: 'null', E: 'false' });
    expect(environmentOf(new Proxy({ A: 'a' }, {}))).toEqual({ A: 'a' });
    expect(environmentOf({ F: () => 1 })).toEqual({ F: '() => 1' });
    expect(environmentOf({})).toEqual({});
    expect(environmentOf(undefined)).toBeUndefined();
    expect(() => environmentOf({ G: Symbol('g') })).toThrow(InvalidOptionError);
  });

  it('can be copied to another thread for any kind of object', () => {
    const command = SshCommand.raw('x', [], { env: new Proxy({ F: (() => 1) as never }, {}) });
    expect(structuredClone({ ...command }).env).toEqual({ F: '() => 1' });
  });
});
