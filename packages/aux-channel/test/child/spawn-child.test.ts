import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { devNull } from 'node:os';
import type { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SshCommand } from '../../src/command/ssh-command.js';
import { SpawnError } from '../../src/trait/errors.js';
import { serveBlockedThread } from '../../src/drain/fallback.js';
import { attachStderr } from '../../src/child/attach-stderr.js';
import { haveSpareDescriptors } from '../../src/child/spare-descriptors.js';
import { spawnChild } from '../../src/child/spawn-child.js';
import type { StderrEndpoint } from '../../src/trait/trait.js';

/** How many descriptors the process could still open; what is asked for is noted. */
const spare = vi.hoisted(() => ({ left: Infinity, asked: [] as number[] }));
vi.mock('../../src/child/spare-descriptors.js', async (original) => {
  const real = await original<typeof import('../../src/child/spare-descriptors.js')>();
  return {
    haveSpareDescriptors: (count: number) => {
      spare.asked.push(count);
      return spare.left === Infinity ? real.haveSpareDescriptors(count) : count <= spare.left;
    },
  };
});
afterEach(() => void Object.assign(spare, { left: Infinity, asked: [] }));

const node = (script: string, options = {}) =>
  SshCommand.raw(process.execPath, ['-e', script], options);

/** An endpoint like Node's own pipe, which records its use. */
function endpoint(attach: StderrEndpoint['attach'] = (child) => child.stderr as Readable) {
  const dispose = vi.fn();
  const one: StderrEndpoint = {
    backend: 'pipe',
    childStdio: 'pipe',
    attach,
    dispose,
    shutdownRead: () => undefined,
  };
  return { one, dispose };
}

async function allOf(stream: Readable): Promise<string> {
  return Buffer.concat(await stream.toArray()).toString();
}

describe('a child', () => {
  it('has its wire, stderr, arguments, environment and working directory', async () => {
    const { one, dispose } = endpoint();
    const command = node(
      'process.stdout.write(process.env.GIVEN + process.cwd()); console.error("e")',
      {
        env: { ...process.env, GIVEN: 'given ' },
        cwd: import.meta.dirname,
      },
    );
    const spawned = await spawnChild(command, 'pipe', one);
    expect(spawned.endpoint).toBe(one);
    const { stdout, stderr, stdin } = spawned.child;
    expect(stdin).not.toBeNull();
    const [out, err] = await Promise.all([allOf(stdout as Readable), allOf(stderr as Readable)]);
    expect(out).toBe(`given ${import.meta.dirname}`);
    expect(err).toBe('e\n');
    expect(dispose).not.toHaveBeenCalled();
    expect(spare.asked).toEqual([9]);
  });

  it('has the stdin and stdout of this process, or two descriptors of the caller', async () => {
    for (const wire of ['inherit', 'given'] as const) {
      const fd = openSync(devNull, 'r+');
      const { child } = await spawnChild(
        node('0'),
        wire === 'inherit' ? 'inherit' : [fd, fd],
        endpoint().one,
      );
      expect(child.stdin ?? child.stdout).toBeNull();
      expect(child.stderr).not.toBeNull();
      await once(child, 'close');
      closeSync(fd);
    }
    expect(spare.asked).toEqual([4, 4]);
  });

  it('has the stderr of this process without an endpoint', async () => {
    const spawned = await spawnChild(node('0'), 'pipe', null);
    expect(spawned.endpoint).toBeNull();
    expect(spawned.child.stderr).toBeNull();
    expect(spare.asked).toEqual([7]);
    spawned.child.stdin?.destroy();
    await once(spawned.child, 'exit');
  });

  it('does not crash the process with a later error', async () => {
    const { child } = await spawnChild(node('0'), 'inherit', endpoint().one);
    expect(() => child.emit('error', new Error('kill EPERM'))).not.toThrow();
    await once(child, 'close');
  });
});

describe('a child that cannot be started', () => {
  it('because the program does not exist is a SpawnError, and its endpoint is disposed of', async () => {
    const [command, code] = [SshCommand.raw('/no/such/program'), 'ENOENT'];
    const { one, dispose } = endpoint();
    const error = await spawnChild(command, 'pipe', one).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SpawnError);
    expect(error).toMatchObject({ code, program: command.program });
    expect(dispose).toHaveBeenCalledTimes(1);
    await expect(spawnChild(command, 'pipe', null)).rejects.toMatchObject({ code });
  });

  it('because descriptors ran out is a SpawnError, too', async () => {
    const { one, dispose } = endpoint();
    spare.left = 3;
    await expect(spawnChild(node('0'), 'pipe', one)).rejects.toMatchObject({
      code: 'EMFILE',
      message: expect.stringContaining('too few file descriptors are left') as string,
    });
    expect(dispose).toHaveBeenCalledTimes(1);
    await expect(spawnChild(node('0'), 'pipe', null)).rejects.toMatchObject({ code: 'EMFILE' });
  });

  it('with an endpoint because descriptors ran out is started without one, which is reported', async () => {
    const reported: string[] = [];
    serveBlockedThread(
      null,
      (error, fallback) => void reported.push(`${error.message}; ${fallback}`),
    );
    const { one, dispose } = endpoint();
    spare.left = 7;
    const spawned = await spawnChild(node('0'), 'pipe', one);
    expect(spawned.endpoint).toBeNull();
    expect(spawned.child.stderr).toBeNull();
    expect(dispose).toHaveBeenCalledTimes(1);
    expect(reported).toEqual([
      'The pipe backend is unavailable: too few descriptors are left (EMFILE); inherit',
    ]);
    spawned.child.stdin?.destroy();
    await once(spawned.child, 'exit');
  });
});

describe('a child whose stderr cannot be attached', () => {
  it.each([
    ['a code', Object.assign(new Error('open EMFILE'), { code: 'EMFILE' }), 'EMFILE'],
    ['no code', new Error('who knows'), 'ERR_SPAWN'],
  ])('is killed and reaped, with a SpawnError: %s', async (_, cause, code) => {
    const { one, dispose } = endpoint(() => {
      throw cause;
    });
    const command = node('setInterval(() => {}, 1000)');
    const spawned = await spawnChild(command, 'pipe', one);
    const error = await attachStderr(command, spawned, { forward: false }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SpawnError);
    expect(error).toMatchObject({ code, program: process.execPath, cause });
    expect((error as Error).message).toBe(
      `Cannot start ${JSON.stringify(process.execPath)}: its stderr cannot be read (${cause.message}).`,
    );
    expect(dispose).toHaveBeenCalledTimes(1);
    const { child } = spawned;
    expect(child.exitCode ?? child.signalCode).not.toBeNull();
    expect(child.stdio.every((stream) => stream?.destroyed !== false)).toBe(true);
  });
});

describe('spare descriptors', () => {
  it('are available or not', async () => {
    const { haveSpareDescriptors: real } = await vi.importActual<
      typeof import('../../src/child/spare-descriptors.js')
    >('../../src/child/spare-descriptors.js');
    expect(haveSpareDescriptors).not.toBe(real);
    expect(real(0)).toBe(true);
    expect(real(5)).toBe(true);
    // The check leaves nothing open: the next descriptor is the same as before.
    const next = () => {
      const fd = openSync(devNull, 'r');
      closeSync(fd);
      return fd;
    };
    const before = next();
    real(50);
    expect(next()).toBe(before);
  });
});
