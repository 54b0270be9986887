import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import { SshCommand } from '@rsync-io/aux-channel';
import { childProcesses, openDescriptors } from '@rsync-io/testkit';
import { AsyncSshTransport } from '@rsync-io/transport-async';
import { expect, it } from 'vitest';

const on = {
  backends: [socketpairBackend, pipeBackend],
  forward: false,
  surface: 'never',
} as const;

it('five hundred children in a row leave no descriptor and no process behind', async () => {
  const one = async () => {
    await using transport = await AsyncSshTransport.spawn(SshCommand.raw('true'), on);
    expect((await transport.wait()).success).toBe(true);
  };
  await one();
  const before = { descriptors: openDescriptors(), children: childProcesses() };
  for (let i = 0; i < 500; i++) await one();
  await new Promise((resolve) => setImmediate(resolve));
  expect({ descriptors: openDescriptors(), children: childProcesses() }).toEqual(before);
});
