import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { StderrBackend } from '@rsync-io/aux-channel';
import { StreamEndpoint } from '@rsync-io/aux-channel/backend';

const open = ({ stderr }: ChildProcess) => stderr as Readable;

/** Replaces the pipe backend, because the tests of one backend may not import another. */
export const pipeBackend: StderrBackend = {
  name: 'pipe',
  module: 'data:text/javascript,',
  open: () => Promise.resolve(new StreamEndpoint({ backend: 'pipe', childStdio: 'pipe', open })),
};
