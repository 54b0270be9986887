import { bindUnix, loadKoffi } from '@rsync-io/aux-channel/transport';
import { WireUnavailableError } from '../errors.js';
import { unixWire } from './unix.js';
import { windowsWire } from './windows.js';
import type { WirePlatform } from './wire-platform.js';

let loaded: WirePlatform | undefined;

/** Loads koffi on the first call. The only place that checks the platform. @throws WireUnavailableError */
export function wirePlatform(): WirePlatform {
  return (loaded ??= load());
}

function load(): WirePlatform {
  try {
    const koffi = loadKoffi(import.meta.url);
    return process.platform === 'win32' ? windowsWire(koffi) : unixWire(bindUnix(koffi));
  } catch (cause) {
    throw new WireUnavailableError((cause as Error).message, { cause });
  }
}
