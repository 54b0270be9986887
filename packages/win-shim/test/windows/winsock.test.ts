import { once } from 'node:events';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitUntil } from '@rsync-io/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { authenticatedPair } from '../../src/handshake.js';
import { windowsSockets, WindowsListener } from '../../src/windows-sockets.js';
import { loadWinsock } from '../../src/winsock.js';

const winsock = loadWinsock();
const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
const kernel = koffi.load('kernel32.dll');
const GetHandleInformation = kernel.func('int GetHandleInformation(intptr_t, _Out_ uint32_t *)');
const uv_get_osfhandle = koffi.load(process.execPath).func('intptr_t uv_get_osfhandle(int)');
const NtQueryInformationFile = koffi
  .load('ntdll.dll')
  .func(
    'int32_t NtQueryInformationFile(intptr_t, _Out_ uint8_t *, _Out_ uint8_t *, uint32_t, int)',
  );

/** FileModeInformation, and its FILE_SYNCHRONOUS_IO_NONALERT (wdm.h). */
const FILE_MODE_INFORMATION = 16;
const SYNCHRONOUS = 0x20;

function modeOf(handle: number): number {
  const mode = Buffer.alloc(8);
  const status = NtQueryInformationFile(handle, Buffer.alloc(16), mode, 4, FILE_MODE_INFORMATION);
  expect(status).toBe(0);
  return mode.readUInt32LE(0);
}

function isInherited(handle: number): boolean {
  const flags = [0];
  expect(GetHandleInformation(handle, flags)).not.toBe(0);
  return (flags[0] as number) % 2 === 1;
}

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const undo of cleanUp.splice(0).reverse()) undo();
});

function listener(): WindowsListener {
  const made = new WindowsListener(winsock);
  cleanUp.push(() => made.close());
  return made;
}

async function pair(): Promise<{ fd: number; parent: Socket }> {
  const { parent, child } = await authenticatedPair(windowsSockets(winsock));
  const fd = child.toDescriptor();
  cleanUp.push(() => parent.destroy());
  return { fd, parent };
}

describe('the listener', () => {
  it('is bound to 127.0.0.1 only, and has exclusive use of its address', () => {
    const made = listener();
    expect(made.address.address).toBe('127.0.0.1');
    expect(winsock.isExclusive(made.socket)).toBe(true);
    const second = winsock.socket();
    cleanUp.push(() => winsock.closeSocket(second));
    expect(() => winsock.bind(second, made.address)).toThrow(/^bind: WSAE(ACCES|ADDRINUSE)$/);
  });

  it('is not inherited by children and not overlapped', () => {
    const made = listener();
    expect(isInherited(made.socket)).toBe(false);
    expect(modeOf(made.socket) & SYNCHRONOUS).toBe(SYNCHRONOUS);
  });

  it('reports without blocking that no connection is pending', () => {
    expect(listener().accept()).toBeNull();
  });

  it('can be closed twice without affecting another handle', () => {
    const made = listener();
    made.close();
    const file = path.join(tmpdir(), `rsync-io-listener-${process.pid}`);
    const fds = Array.from({ length: 20 }, () => openSync(file, 'w'));
    made.close();
    for (const fd of fds) {
      writeSync(fd, 'still mine');
      closeSync(fd);
    }
    rmSync(file);
  });

  it('tolerates connections that are reset before they are accepted', async () => {
    const made = listener();
    for (let i = 0; i < 20; i++) {
      const stranger = connect(made.address.port, '127.0.0.1').on('error', () => {});
      await once(stranger, 'connect');
      stranger.resetAndDestroy();
      await once(stranger, 'close');
    }
    const ours = connect(made.address.port, '127.0.0.1');
    cleanUp.push(() => ours.destroy());
    await once(ours, 'connect');
    let found = false;
    await waitUntil(
      () => {
        const accepted = made.accept();
        found ||= accepted?.peer.port === ours.localPort;
        accepted?.close();
        return found;
      },
      { what: 'our own connection' },
    );
  });
});

describe("the child's end", () => {
  it('is a blocking descriptor that is neither overlapped nor inheritable', async () => {
    const { fd } = await pair();
    const handle = Number(uv_get_osfhandle(fd));
    expect(modeOf(handle) & SYNCHRONOUS).toBe(SYNCHRONOUS);
    expect(isInherited(handle)).toBe(false);
    closeSync(fd);
  });

  it('carries bytes and the end of stream to the parent', async () => {
    const { fd, parent } = await pair();
    const chunks: Buffer[] = [];
    parent.on('data', (chunk: Buffer) => chunks.push(chunk));
    writeSync(fd, 'one line\n');
    closeSync(fd);
    await once(parent, 'close');
    expect(Buffer.concat(chunks).toString()).toBe('one line\n');
  });

  it('blocks instead of failing if the parent does not read', async () => {
    const { fd, parent } = await pair();
    parent.write('x');
    // A descriptor in non-blocking mode would fail with EAGAIN.
    expect(readSync(fd, Buffer.alloc(10))).toBe(1);
    closeSync(fd);
  });

  it('is closed once, without affecting another file with the same number', async () => {
    const { fd, parent } = await pair();
    closeSync(fd);
    const file = path.join(tmpdir(), `rsync-io-child-${process.pid}`);
    const other = openSync(file, 'w');
    parent.destroy();
    await once(parent, 'close');
    expect(writeSync(other, 'still mine')).toBe(10);
    closeSync(other);
    rmSync(file);
  });
});
