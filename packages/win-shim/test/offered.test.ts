import { BackendUnavailableError, configureStderrChannel } from '@rsync-io/aux-channel';
import tcpLoopbackBackend, { TCP_LOOPBACK_OFFERED } from '@rsync-io/win-shim';
import { describe, expect, it } from 'vitest';

const on = process.env['RSYNC_IO_FLAG_STATE'] === 'on';

describe('the build of the package', () => {
  it('offers the backend only with the flag', () => {
    expect(TCP_LOOPBACK_OFFERED).toBe(on);
  });

  it('explains why it cannot open: without the flag, or on another platform', async () => {
    if (on && process.platform === 'win32') {
      const endpoint = await tcpLoopbackBackend.open();
      expect(endpoint.backend).toBe('tcp-loopback');
      endpoint.dispose();
      return;
    }
    const error = await tcpLoopbackBackend.open().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(BackendUnavailableError);
    expect(error).toMatchObject({ backend: 'tcp-loopback' });
    const reason = on ? /it works on Windows only/ : /export condition ssh-socketpair-stderr/;
    expect((error as Error).message).toMatch(reason);
    expect(await configureStderrChannel([tcpLoopbackBackend])).toBeNull();
  });
});
