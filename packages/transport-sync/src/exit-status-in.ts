import { constants } from 'node:os';
import { exitStatus, type ExitStatus } from '@rsync-io/aux-channel';
import { ConnectionSlot, Exited, type Slots } from './slots.js';

/** Returns the status of a child as stored by the drain thread; `null` while it runs. */
export function exitStatusIn(slots: Slots): ExitStatus | null {
  const exited = Atomics.load(slots, ConnectionSlot.exited);
  if (exited === Exited.no) return null;
  const value = Atomics.load(slots, ConnectionSlot.exitValue);
  return exited === Exited.withCode ? exitStatus(value >>> 0) : exitStatus(null, signalName(value));
}

function signalName(number: number): NodeJS.Signals {
  const known = Object.entries(constants.signals).find(([, value]) => value === number);
  return (known?.[0] ?? `SIG${number}`) as NodeJS.Signals;
}
