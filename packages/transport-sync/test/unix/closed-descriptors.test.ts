import { closeSync, openSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ConnectTimeoutError, SshCommand } from '@rsync-io/aux-channel';
import { isAlive, openDescriptors, program, waitUntil } from '@rsync-io/testkit';
import { SshConnection } from '@rsync-io/transport-sync';
import { expect, it } from 'vitest';
import { quiet, start } from '../helpers.js';

it('the connect watchdog does not take a file for output that has the number of a closed reader', () => {
  const command = SshCommand.raw('sleep', ['20'], { connectTimeoutMs: 700 });
  const { reader, child } = SshConnection.spawn(command, quiet).split();
  reader.close();
  // For a file, FIONREAD returns the number of bytes up to its end.
  const files = Array.from({ length: 20 }, () => openSync(program('act'), 'r'));
  try {
    expect(() => child.wait()).toThrow(ConnectTimeoutError);
  } finally {
    for (const fd of files) closeSync(fd);
  }
});

it('a connection that its owner lost closes its descriptors, and its child is reaped', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  start().wait();
  const before = openDescriptors() as number;
  const pid = (() => start('cat').pid)();
  const isReleased = () => {
    collectGarbage();
    return !isAlive(pid) && (openDescriptors() as number) <= before;
  };
  await waitUntil(isReleased, { what: 'the connection to be released' });
});
