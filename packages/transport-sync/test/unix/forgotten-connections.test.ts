import { closeSync, openSync } from 'node:fs';
import { SshCommand } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import { waitUntil } from '@rsync-io/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DrainService } from '../../src/drain-thread/drain-service.js';
import type { FinalReport } from '../../src/protocol.js';
import { connectionSlots } from '../../src/slots.js';

/*
 * The drain thread runs as long as the process, so it must drop a connection that has ended. The only reason to
 * keep one is another process that still holds the child's fd 2.
 */
describe.each([pipeBackend, socketpairBackend])('a connection that is over ($name)', (backend) => {
  const service = new DrainService();
  const connection = 1;
  let wire: number;
  beforeEach(() => (wire = openSync('/dev/null', 'r+')));
  afterEach(() => closeSync(wire));

  const spawn = (script: string) => {
    const { name, module } = backend;
    const request = {
      command: SshCommand.raw('sh', ['-c', script]),
      childStdin: wire,
      childStdout: wire,
      parentStdout: wire,
      slots: connectionSlots(),
      backends: [{ name, module }],
      forward: false,
      lineCapacity: 10,
      keepLines: false,
      surface: 'never',
    } as const;
    return service.handle({ kind: 'spawn', id: 0, connection, request });
  };
  const wait = async () =>
    (await service.handle({
      kind: 'wait',
      id: 0,
      connection,
      surface: false,
      timeoutMs: null,
    })) as FinalReport;
  const dispose = () => service.handle({ kind: 'dispose', id: 0, connection });
  const isKept = () =>
    service.handle({ kind: 'snapshot', id: 0, connection }).then(
      () => true,
      () => false,
    );

  const untilForgotten = () =>
    waitUntil(async () => !(await isKept()), {
      what: 'the connection to be forgotten',
      timeoutMs: 15_000,
    });

  it('is released after wait()', async () => {
    await spawn('echo last >&2');
    expect((await wait()).snapshot.ended).toBe('eof');
    expect(await isKept()).toBe(false);
  });

  it('is released after disposal, even if another process keeps fd 2', async () => {
    await spawn('sleep 30 & echo last >&2');
    expect((await wait()).snapshot.ended).toBe('abandoned');
    expect(await isKept()).toBe(true);
    expect(await dispose()).toMatchObject({ snapshot: { ended: 'abandoned', totalBytes: 5 } });
    await untilForgotten();
  });

  it('is released at the exit if its handle was garbage-collected', async () => {
    await spawn('exit 3');
    service.release(connection);
    await untilForgotten();
  });

  it('closes its stderr on request, even if another process keeps it open', async () => {
    await spawn('sleep 30 & echo last >&2');
    expect((await wait()).snapshot.ended).toBe('abandoned');
    expect(await service.handle({ kind: 'releaseStderr', id: 0, connection })).toBeNull();
    await untilForgotten();
  });

  it('is released without disposal as soon as no process has fd 2 open', async () => {
    await spawn('sleep 2 & echo last >&2');
    expect((await wait()).snapshot.ended).toBe('abandoned');
    await untilForgotten();
    // Its owner already has the report, and may still dispose of it.
    expect(await dispose()).toBeNull();
  });
});
