import type { TransportDriver } from '@rsync-io/testkit';
import { SshConnection } from '@rsync-io/transport-sync';

export const driver: TransportDriver = {
  name: 'sync',
  // While the caller is blocked, its listeners cannot be called.
  listeners: [],
  captures: true,
  async spawn(command, options) {
    const connection = SshConnection.spawn(command, options);
    const buffer = new Uint8Array(65_536);
    return {
      pid: connection.pid,
      read: async () => buffer.slice(0, connection.read(buffer)),
      write: async (bytes) => connection.writeAll(bytes),
      closeStdin: () => connection.closeStdin(),
      split: () => connection.split(),
      stderrOutput: () => connection.stderrOutput(),
      stderrSnapshot: () => connection.stderrSnapshot(),
      tryWait: () => connection.tryWait(),
      wait: async () => connection.wait(),
      waitWithStderr: async () => connection.waitWithStderr(),
      cancelConnectWatchdog: () => connection.cancelConnectWatchdog(),
      kill: (signal) => connection.kill(signal),
      releaseStderr: () => connection.releaseStderr(),
      dispose: async () => connection[Symbol.dispose](),
    };
  },
};
