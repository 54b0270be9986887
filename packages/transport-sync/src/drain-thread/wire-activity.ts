import type { WireActivity } from '@rsync-io/aux-channel/transport';
import type { SpawnRequest } from '../protocol.js';
import { ConnectionSlot, Stdout } from '../slots.js';
import { wirePlatform } from '../wire/platform.js';

/** The activity that the watchdogs check. The main thread reads and writes the wire. */
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
    // The peer is not idle while the caller has not read its output. But a caller that waits in write()
    // cannot read, so the watchdog must apply.
    progress: () =>
      word(ConnectionSlot.stuckInWrite) === 0 && queued() > 0
        ? `busy ${(looks += 1)}`
        : `${word(ConnectionSlot.received)} ${word(ConnectionSlot.sent)}`,
    hasEnded: () =>
      word(ConnectionSlot.stdout) === Stdout.ended || (isOpen() && platform.isAtEnd(parentStdout)),
  };
}
