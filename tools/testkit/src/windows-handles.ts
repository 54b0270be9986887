import { createRequire } from 'node:module';

/** Far above the handles that a test opens, which are small multiples of four and are reused. */
const HIGHEST_HANDLE = 16_384;

let isHandle: ((handle: number) => boolean) | undefined;

/**
 * Number of open handles of this process on Windows, determined by querying each one, because
 * `GetProcessHandleCount` returns 0 under Wine.
 */
export function openHandles(): number {
  isHandle ??= bind();
  let count = 0;
  for (let handle = 4; handle < HIGHEST_HANDLE; handle += 4) if (isHandle(handle)) count += 1;
  return count;
}

function bind(): (handle: number) => boolean {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const GetHandleInformation = koffi
    .load('kernel32.dll')
    .func('int __stdcall GetHandleInformation(intptr_t, _Out_ uint32_t *)');
  const flags = [0];
  return (handle) => GetHandleInformation(handle, flags) !== 0;
}
