import { stderrBackendContract } from '@rsync-io/testkit';
import { TCP_LOOPBACK_OFFERED, tcpLoopbackBackend } from '@rsync-io/win-shim';
import { describe, expect, it } from 'vitest';

if (TCP_LOOPBACK_OFFERED) stderrBackendContract(tcpLoopbackBackend, { knowsEmpty: false });
else {
  describe('the contract of the tcp-loopback backend', () => {
    it('requires the build with the flag', async () => {
      await expect(tcpLoopbackBackend.open()).rejects.toThrow(/ssh-socketpair-stderr/);
    });
  });
}
