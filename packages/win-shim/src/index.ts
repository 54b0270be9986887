import { BackendUnavailableError, type StderrBackend } from '@rsync-io/aux-channel';

export const tcpLoopbackBackend: StderrBackend = Object.freeze({
  name: 'tcp-loopback',
  module: import.meta.url,
  open: () =>
    Promise.reject(new BackendUnavailableError('tcp-loopback', 'it is not built into this package')),
});

export default tcpLoopbackBackend;
