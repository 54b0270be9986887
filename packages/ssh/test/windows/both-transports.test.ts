import { program } from '@rsync-io/testkit';
import {
  AsyncSshTransport,
  platformBackends,
  SshCommand,
  SshConnection,
  type StderrBackend,
  type StderrSnapshot,
} from '@rsync-io/ssh';
import { describe, expect, it } from 'vitest';

const on = process.env['RSYNC_IO_FLAG_STATE'] === 'on';
const node = (...args: (string | number)[]) => SshCommand.raw(process.execPath, args.map(String));

/** Without `ended`: a system under load may close the socket of a child that has exited after the drain has joined. */
type Seen = Pick<StderrSnapshot, 'bytes' | 'totalBytes' | 'discardedBytes' | 'backend'> & {
  code: number | null;
};

const seen = (code: number | null, snapshot: StderrSnapshot): Seen => {
  const { bytes, totalBytes, discardedBytes, backend } = snapshot;
  return { code, bytes, totalBytes, discardedBytes, backend };
};

async function byAsync(command: SshCommand, backend: StderrBackend): Promise<Seen> {
  await using transport = await AsyncSshTransport.spawn(command, {
    backends: [backend],
    forward: false,
  });
  const { status } = await transport.waitWithStderr();
  return seen(status.code, transport.stderrSnapshot());
}

function bySync(command: SshCommand, backend: StderrBackend): Seen {
  using connection = SshConnection.spawn(command, { backends: [backend], forward: false });
  const { status } = connection.waitWithStderr();
  return seen(status.code, connection.stderrSnapshot());
}

describe('on Windows', () => {
  it('the TCP pair is the first choice with the flag, and not offered without it', () => {
    expect(platformBackends().map(({ name }) => name)).toEqual(
      on ? ['tcp-loopback', 'pipe'] : ['pipe'],
    );
  });

  // Without the flag the asynchronous transport captures nothing: its child inherits fd 2.
  if (!on) return;
  describe.each(platformBackends().map((backend) => [backend.name, backend] as const))(
    'both transports capture over %s the same of',
    (_, backend) => {
      it.each<[string, SshCommand]>([
        ['a child that says nothing', node('--version')],
        ['every byte value', node(program('write-stderr'), 256, 'bytes', 7)],
        ['five MiB', node(program('write-stderr'), 5 << 20, 'numbered', 3)],
        ['one MiB without a newline', node(program('write-stderr'), 1 << 20, 'blob')],
        [
          'lines of cmd',
          SshCommand.raw('cmd.exe', ['/C', 'echo one 1>&2 & echo two 1>&2 & exit 9']),
        ],
        ['an exit code above 255', node(program('act'), 'err:gone\r\n', 'exit:3221225477')],
      ])('%s', async (_what, command) => {
        const asynchronous = await byAsync(command, backend);
        const blocking = bySync(command, backend);
        expect(blocking).toEqual(asynchronous);
        expect(asynchronous.backend).toBe(backend.name);
      });
    },
  );
});
