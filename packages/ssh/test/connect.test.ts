import { text } from 'node:stream/consumers';
import * as channel from '@rsync-io/aux-channel';
import * as ssh from '@rsync-io/ssh';
import {
  connect,
  connectSync,
  exitStatus,
  explain,
  platformBackends,
  SshCommand,
  SshConnection,
  STDERR_CHANNEL,
} from '@rsync-io/ssh';
import * as flagged from '@rsync-io/ssh/ssh-socketpair-stderr';
import { run } from './helpers.js';
import { describeWithPeers, type SshPeer, startEmbeddedSshServer } from '@rsync-io/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const flagIsOn = process.env['RSYNC_IO_FLAG_STATE'] === 'on';

describe('platformBackends', () => {
  it('prefers the most capable one, and always ends with the pipe', () => {
    const names = platformBackends().map((backend) => backend.name);
    expect(names).toEqual(process.platform === 'win32' ? ['pipe'] : ['socketpair', 'pipe']);
  });

  it('have modules that a thread can load', async () => {
    for (const backend of platformBackends()) {
      const module = (await import(backend.module)) as { default: unknown };
      expect(module.default).toBe(backend);
    }
  });
});

describe('every way to start a child', () => {
  const quiet = { forward: false, surface: 'never' } as const;
  const shell = SshCommand.raw(process.execPath, ['-e', 'console.error("said")']);
  // A remote shell for any host: Node evaluates the remote command.
  const config = { program: process.execPath, programArgs: ['-e', 'console.error("said")', '--'] };

  it('captures stderr without explicit backends, with the flag on', async () => {
    await using spawned = await flagged.AsyncSshTransport.spawn(shell, quiet);
    await using connected = await flagged.connect('host', config, quiet);
    await using rsync = await flagged.AsyncSshTransport.executeRemoteRsync(
      'host',
      ['--server'],
      config,
      quiet,
    );
    for (const transport of [spawned, connected, rsync]) {
      const { stderr } = await transport.waitWithStderr();
      expect(Buffer.from(stderr).toString()).toBe('said\n');
      expect(transport).toBeInstanceOf(flagged.AsyncSshTransport);
    }
  });

  it('captures stderr without explicit backends, with blocking calls', () => {
    using spawned = SshConnection.spawn(shell, quiet);
    using connected = SshConnection.connect('host', config, quiet);
    using rsync = SshConnection.executeRemoteRsync('host', ['--server'], config, quiet);
    for (const connection of [spawned, connected, rsync]) {
      expect(Buffer.from(connection.waitWithStderr().stderr).toString()).toBe('said\n');
      expect(connection).toBeInstanceOf(SshConnection);
    }
  });

  it.each([[null], [5], ['quiet'], [[]]])('rejects %j as options', async (given) => {
    const options = given as never;
    for (const attempt of [
      () => flagged.AsyncSshTransport.spawn(shell, options),
      () => flagged.connect('host', config, options),
      () => flagged.AsyncSshTransport.executeRemoteRsync('host', [], config, options),
      async () => SshConnection.spawn(shell, options),
      async () => connectSync('host', config, options),
      async () => SshConnection.executeRemoteRsync('host', [], config, options),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' });
    }
  });

  it('uses other backends if they are given', async () => {
    await using transport = await flagged.AsyncSshTransport.spawn(shell, {
      ...quiet,
      backends: [],
    });
    expect(transport.stderrSnapshot().backend).toBe('inherit');
    await transport.wait();
  });
});

describe('the public names', () => {
  it('are few: what is exported is a promise', () => {
    expect(Object.keys(ssh).length).toBeLessThanOrEqual(45);
    expect(Object.keys(channel).length).toBeLessThanOrEqual(30);
  });
});

describe('options that are no object', () => {
  it.each([['-v'], [new Map()], [new Date(0)]])('are refused: %o', async (value) => {
    const [config, options] = [value as never, value as never];
    const refused = { code: 'ERR_INVALID_OPTION' };
    await expect(ssh.connect('host', config)).rejects.toMatchObject(refused);
    await expect(ssh.connect('host', {}, options)).rejects.toMatchObject(refused);
    expect(() => ssh.connectSync('host', config)).toThrow(expect.objectContaining(refused));
    expect(() => ssh.connectSync('host', {}, options)).toThrow(expect.objectContaining(refused));
  });
});

describe('STDERR_CHANNEL', () => {
  it('is the state of the flag, and always true in the subpath with its name', () => {
    expect(STDERR_CHANNEL).toBe(flagIsOn);
    expect(flagged.STDERR_CHANNEL).toBe(true);
    expect(Object.keys(flagged).toSorted()).toEqual(Object.keys(ssh).toSorted());
  });
});

it('rsyncIoSshPath() is the file of the command', async () => {
  for (const path of [ssh.rsyncIoSshPath(), flagged.rsyncIoSshPath()]) {
    const { stdout } = await run(process.execPath, [path, '--version']);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
  }
});

describeWithPeers(['ssh'], 'connect', () => {
  let server: SshPeer;
  beforeAll(async () => void (server = await startEmbeddedSshServer()));
  afterAll(() => server.close());

  const quiet = { forward: false, surface: 'never' } as const;

  it('runs a command on the host', async () => {
    const config = { options: [...server.sshArgs], remoteCommand: ['cat;', 'echo', 'done', '>&2'] };
    await using transport = await connect(server.host, config, quiet);
    transport.stdin.end('there and back');
    expect(await text(transport.stdout)).toBe('there and back');
    const { status, stderr } = await transport.waitWithStderr();
    expect(status.success).toBe(true);
    expect(Buffer.from(stderr).toString()).toBe(flagIsOn ? 'done\n' : '');
    expect(transport.stderrSnapshot().backend).toBe(flagIsOn ? 'socketpair' : 'inherit');
  });

  it('runs a command on the host with blocking calls, with the channel in both states of the flag', () => {
    // In a separate process, because a blocking call would also block the server in this one.
    const script = `
      import { connectSync } from '@rsync-io/ssh';
      const config = { options: ${JSON.stringify(server.sshArgs)}, remoteCommand: ['cat;', 'echo', 'done', '>&2'] };
      const connection = connectSync('${server.host}', config, { forward: false, surface: 'never' });
      connection.writeAll(Buffer.from('there and back'));
      connection.closeStdin();
      const into = Buffer.alloc(100);
      let output = '';
      for (let count; (count = connection.read(into)) > 0; ) output += into.toString('latin1', 0, count);
      const { status, stderr } = connection.waitWithStderr();
      const { backend } = connection.stderrSnapshot();
      console.log(JSON.stringify({ output, code: status.code, stderr: Buffer.from(stderr).toString(), backend }));`;
    return run(process.execPath, [...process.execArgv, '--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
    }).then(({ stdout }) => {
      const backend = 'socketpair';
      const expected = { output: 'there and back', code: 0, stderr: 'done\n', backend };
      expect(JSON.parse(stdout)).toEqual(expected);
    });
  });

  it('rejects an invalid target before anything is spawned', () => {
    expect(() => connectSync('-oProxyCommand=id')).toThrow(/begins with "-"/);
  });

  it('captures what explain needs when the login is rejected', async () => {
    await using deny = await startEmbeddedSshServer({ denyAuth: true });
    const config = { options: [...deny.sshArgs], remoteCommand: ['true'] };
    await using transport = await connect(deny.host, config, quiet);
    const { status, stderr } = await transport.waitWithStderr();
    expect(status).toEqual(exitStatus(255));
    expect(explain(stderr, status).kind).toBe(flagIsOn ? 'auth' : 'silent-255');
  });
});
