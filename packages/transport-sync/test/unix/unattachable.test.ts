import { pathToFileURL } from 'node:url';
import { SpawnError, type StderrBackend } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';
import { childProcesses, openDescriptors, waitUntil } from '@rsync-io/testkit';
import { expect, it } from 'vitest';
import { fixture, start } from '../helpers.js';

const unattachable: StderrBackend = {
  name: 'socketpair',
  module: pathToFileURL(fixture('unattachable-backend')).href,
  open: () => Promise.reject(new Error('only for the thread')),
};

it('ends and reaps a child whose stderr cannot be attached', async () => {
  start().wait();
  const before = openDescriptors();
  const children = childProcesses();
  let error: unknown;
  try {
    start('sleep:60000', { backends: [unattachable, pipeBackend] });
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(SpawnError);
  expect(error).toMatchObject({ code: 'ENOMEM' });
  expect((error as Error).message).toMatch(/stderr cannot be read.*ENOMEM/);
  expect(childProcesses()).toEqual(children);
  await waitUntil(() => openDescriptors() === before, { what: 'the descriptors to close' });
});
