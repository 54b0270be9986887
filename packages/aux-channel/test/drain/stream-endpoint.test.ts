import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { buildStderrChannel } from '../../src/drain/channel.js';
import { type EndpointParts, StreamEndpoint } from '../../src/drain/stream-endpoint.js';

const child = (script: string, stderr: 'pipe' | 'ignore' = 'pipe') =>
  spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'ignore', stderr] });
const nothing = () => {
  throw new Error('There is nothing to receive.');
};

function endpoint(parts: Partial<EndpointParts> = {}) {
  const calls = { closeChildEnd: vi.fn(), closeParentEnd: vi.fn() };
  const open = ({ stderr }: ChildProcess) => stderr as Readable;
  return {
    ...calls,
    endpoint: new StreamEndpoint({
      backend: 'pipe',
      childStdio: 'pipe',
      open,
      ...calls,
      ...parts,
    }),
  };
}

describe('an endpoint over a Node stream', () => {
  it('closes each end once', async () => {
    const { endpoint: attached, closeChildEnd, closeParentEnd } = endpoint();
    const one = child('0');
    expect(attached.attach(one)).toBe(one.stderr);
    expect(closeChildEnd).toHaveBeenCalledOnce();
    await once(one, 'exit');
    attached.shutdownRead();
    attached.shutdownRead();
    attached.dispose();
    expect(one.stderr?.destroyed).toBe(true);
    expect(attached.takeQueued(nothing)).toBe('eof');
    expect(closeChildEnd).toHaveBeenCalledOnce();
    expect(closeParentEnd).not.toHaveBeenCalled();
  });

  it('closes both ends if there is no spawn', () => {
    const { endpoint: unused, closeChildEnd, closeParentEnd } = endpoint();
    expect(unused.takeQueued(nothing)).toBe('eof');
    unused.shutdownRead();
    unused.dispose();
    unused.dispose();
    expect(closeChildEnd).toHaveBeenCalledOnce();
    expect(closeParentEnd).toHaveBeenCalledOnce();
  });

  it('destroys the stream even if the shutdown fails', () => {
    const stream = new PassThrough();
    const shutdown = () => {
      throw new Error('ENOTCONN');
    };
    const { endpoint: attached } = endpoint({ open: () => stream, shutdown });
    attached.attach({} as ChildProcess);
    attached.shutdownRead();
    expect(stream.destroyed).toBe(true);
  });

  it('has nothing queued after the end', async () => {
    const { endpoint: attached } = endpoint();
    await once(attached.attach(child('0')).resume(), 'end');
    expect(attached.takeQueued(nothing)).toBe('eof');
  });

  it('cannot read the queue of a stream without a descriptor', () => {
    const { endpoint: attached } = endpoint();
    for (const handle of [undefined, null, {}, { fd: -1 }]) {
      const stderr = { _handle: handle } as unknown as Readable;
      attached.attach({ stderr } as ChildProcess);
      expect(attached.takeQueued(nothing)).toBe('unknown');
    }
  });
});

describe('a channel without an endpoint', () => {
  it('drains the stderr that Node created, if there is one', async () => {
    const [one, other] = [child('console.error("text")'), child('0', 'ignore')];
    const channel = buildStderrChannel(null, one, { forward: false });
    expect(buildStderrChannel(null, other)).toBeNull();
    expect(buildStderrChannel(null, {} as ChildProcess)).toBeNull();
    await Promise.all([once(one, 'exit'), once(other, 'exit')]);
    await channel?.join();
    expect(channel?.backend).toBe('pipe');
    expect(Buffer.from(channel?.collected() ?? []).toString()).toBe('text\n');
  });
});
