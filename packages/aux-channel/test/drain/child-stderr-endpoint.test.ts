import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { buildStderrChannel } from '../../src/drain/channel.js';
import { ChildStderrEndpoint } from '../../src/drain/child-stderr-endpoint.js';

const child = (script: string, stderr: 'pipe' | 'ignore' = 'pipe') =>
  spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'ignore', stderr] });
const nothing = () => {
  throw new Error('There is nothing to receive.');
};

describe("the endpoint over Node's own pipe", () => {
  it('is the stderr that Node made', async () => {
    const endpoint = new ChildStderrEndpoint();
    expect(endpoint).toMatchObject({ backend: 'pipe', childStdio: 'pipe' });
    const one = child('0');
    expect(endpoint.attach(one)).toBe(one.stderr);
    await once(one, 'exit');
    endpoint.shutdownRead();
    endpoint.shutdownRead();
    expect(one.stderr?.destroyed).toBe(true);
    expect(endpoint.takeQueued(nothing)).toBe('eof');
  });

  it('tells the caller of a child that was spawned otherwise', async () => {
    const one = child('0', 'ignore');
    expect(() => new ChildStderrEndpoint().attach(one)).toThrow(
      "The child was not spawned with 'pipe' as stdio[2].",
    );
    await once(one, 'exit');
  });

  it('has nothing to give before it is attached, and nothing to close', () => {
    const endpoint = new ChildStderrEndpoint();
    expect(endpoint.takeQueued(nothing)).toBe('eof');
    endpoint.shutdownRead();
    endpoint.dispose();
  });

  it('has nothing to give behind the end', async () => {
    const endpoint = new ChildStderrEndpoint();
    const one = child('0');
    const stream = endpoint.attach(one);
    await once(stream.resume(), 'end');
    expect(endpoint.takeQueued(nothing)).toBe('eof');
  });

  it('cannot tell of a stream without a descriptor', () => {
    const endpoint = new ChildStderrEndpoint();
    for (const handle of [undefined, null, {}, { fd: -1 }]) {
      const stderr = { _handle: handle } as unknown as Readable;
      endpoint.attach({ stderr } as ChildProcess);
      expect(endpoint.takeQueued(nothing)).toBe('unknown');
    }
  });

  it('is what a channel without an endpoint is built over, if there is a stderr', async () => {
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
