import type { WireActivity } from '@rsync-io/aux-channel/transport';
import type { SpawnRequest } from '../protocol.js';
import { ConnectionSlot, Stdout } from '../slots.js';
import { wirePlatform } from '../wire/platform.js';

/** Activity of the wire, which the main thread reads and writes, for the watchdogs. */
export function wireActivity({ slots, parentStdout }: SpawnRequest): WireActivity {
  const platform = wirePlatform();
  const word = (slot: number) => Atomics.load(slots, slot);
  const isOpen = () => word(ConnectionSlot.stdout) === Stdout.open;
  const queued = () => (isOpen() ? platform.queuedBytes(parentStdout) : 0);
  let looks = 0;
  return {
    // Bytes that the main thread has not read yet count as received.
    isConnected: () =>
      word(ConnectionSlot.received) !== 0 ||
      word(ConnectionSlot.sendingWorks) !== 0 ||
      queued() > 0,
    // While output waits to be read, the peer is not the one that is idle; but a caller that waits for room
    // in the other direction never comes to read it.
    progress: () =>
      word(ConnectionSlot.stuckInWrite) === 0 && queued() > 0
        ? `busy ${(looks += 1)}`
        : `${word(ConnectionSlot.received)} ${word(ConnectionSlot.sent)}`,
    hasEnded: () =>
      word(ConnectionSlot.stdout) === Stdout.ended || (isOpen() && platform.isAtEnd(parentStdout)),
  };
}
