import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { buildStderrChannel } from '../../src/drain/channel.js';
import { exitStatus } from '../../src/trait/exit-status.js';
import type { QueueState, StderrEndpoint } from '../../src/trait/trait.js';

const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-number-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const turn = () => new Promise((resolve) => setImmediate(resolve));

let log: string;
let foreign: string;
let number: number;
let duplicates: number[];
let round = 0;
beforeEach(() => {
  round += 1;
  log = path.join(folder, `log-${round}`);
  foreign = path.join(folder, `foreign-${round}`);
  number = openSync(log, 'a');
  duplicates = [];
});

const isOpen = (fd: number) => {
  try {
    closeSync(fd);
    return true;
  } catch {
    return false;
  }
};

/** A channel that forwards to {@link number}, of a child whose grandchild goes on writing. */
function abandoned({ duplicating }: { duplicating: boolean }) {
  const stream = new PassThrough();
  const duplicate = () => {
    const fd = openSync(log, 'a');
    duplicates.push(fd);
    return { fd, close: () => closeSync(fd) };
  };
  const endpoint: StderrEndpoint = {
    backend: 'pipe',
    childStdio: 'pipe',
    attach: () => stream,
    takeQueued: (): QueueState => 'open',
    shutdownRead: () => undefined,
    dispose: () => undefined,
    ...(duplicating && { duplicate }),
  };
  const child = Object.assign(new EventEmitter(), { pid: 1, exitCode: null, signalCode: null });
  const channel = buildStderrChannel(endpoint, child as unknown as ChildProcess, {
    forward: { to: number, policy: 'raw' },
  });
  if (channel === null) throw new Error('There is an endpoint.');
  return { channel, stream, exit: () => child.emit('exit', 1, null) };
}

describe.each([true, false])('forwarding to a number, with a duplicate: %s', (duplicating) => {
  it('never writes to a file opened later under that number', async () => {
    const { channel, stream, exit } = abandoned({ duplicating });
    stream.write('of the child\n');
    await turn();
    exit();
    await channel.joinAndSurfaceOnError(exitStatus(0));
    closeSync(number);
    const reused = openSync(foreign, 'w');
    expect(reused).toBe(number);
    stream.write('of a grandchild\n');
    await turn();
    stream.end();
    await turn();
    await turn();
    closeSync(reused);
    expect(readFileSync(foreign, 'utf8')).toBe('');
    const shown = duplicating ? 'of the child\nof a grandchild\n' : 'of the child\n';
    expect(readFileSync(log, 'utf8')).toBe(shown);
  });

  it('closes the duplicate with the last writer, and never the original descriptor', async () => {
    const { channel, stream, exit } = abandoned({ duplicating });
    exit();
    await channel.join();
    stream.end();
    await turn();
    await turn();
    expect(duplicates).toHaveLength(duplicating ? 1 : 0);
    for (const fd of duplicates) expect(isOpen(fd)).toBe(false);
    expect(isOpen(number)).toBe(true);
  });

  it('closes the duplicate at a shutdown after the end', async () => {
    const { channel, exit } = abandoned({ duplicating });
    exit();
    await channel.join();
    channel.shutdownRead();
    for (const fd of duplicates) expect(isOpen(fd)).toBe(false);
    expect(isOpen(number)).toBe(true);
  });
});

it('a headline is forwarded even if the caller has closed its descriptor', async () => {
  const { channel, stream, exit } = abandoned({ duplicating: true });
  stream.write('broken\n');
  await turn();
  closeSync(number);
  exit();
  await channel.joinAndSurfaceOnError(exitStatus(255));
  channel.shutdownRead();
  expect(readFileSync(log, 'utf8')).toBe(
    'broken\nssh process exited with status 255: its messages are above\n',
  );
});
