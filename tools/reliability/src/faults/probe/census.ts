import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { childProcesses } from '@rsync-io/testkit/lab';

/** Sockets close over several turns of the event loop, and threads end late. Unit: milliseconds. */
const SETTLE_MS = 3_000;
const POLL_MS = 10;

/** Resources of this process by name: descriptors, children, threads, handles of the event loop. */
export type Census = ReadonlyMap<string, number>;

export function census(): Census {
  const names = [
    ...readdirSync('/proc/self/fd').flatMap(descriptor),
    ...readdirSync('/proc/self/task').map(() => 'thread'),
    ...(childProcesses() ?? []).map((pid) => `child ${pid}`),
    ...process.getActiveResourcesInfo().map((resource) => `handle ${resource}`),
  ];
  const counted = new Map<string, number>();
  for (const name of names) counted.set(name, (counted.get(name) ?? 0) + 1);
  return counted;
}

/** Without the numbers of pipes and sockets and the folder of the case, which differ every time. */
function descriptor(fd: string): string[] {
  try {
    const target = readlinkSync(`/proc/self/fd/${fd}`);
    return [`descriptor ${target.replace(/\[\d+\]$/, '').replace(process.cwd(), '.')}`];
  } catch {
    // The descriptor that was used to read the folder.
    return [];
  }
}

/** Waits until the census is `expected`. Returns the last one, and a line for each resource that differs. */
export async function settled(expected: () => Census) {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const before = expected();
    await sleep(POLL_MS);
    const after = census();
    const leaks = [...new Set([...before.keys(), ...after.keys()])].flatMap((what) => {
      const [was, is] = [before.get(what) ?? 0, after.get(what) ?? 0];
      return was === is ? [] : [`${what}: ${was} before, ${is} after`];
    });
    if (leaks.length === 0 || performance.now() > deadline) return { after, leaks };
  }
}
