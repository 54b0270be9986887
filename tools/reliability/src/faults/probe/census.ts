import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Resources of this process by name: descriptors, children, threads, handles of the event loop. */
export type Census = ReadonlyMap<string, number>;

export function census(): Census {
  const counted = new Map<string, number>();
  const count = (what: string) => counted.set(what, (counted.get(what) ?? 0) + 1);
  for (const fd of readdirSync('/proc/self/fd')) {
    const target = targetOf(fd);
    // Without the numbers of pipes and sockets and the folder of the case, which differ every time.
    if (target !== null)
      count(`descriptor ${target.replace(/\[\d+\]$/, '').replace(process.cwd(), '.')}`);
  }
  for (const task of readdirSync('/proc/self/task')) {
    count('thread');
    for (const child of childrenOf(task)) count(`child ${child}`);
  }
  for (const resource of process.getActiveResourcesInfo()) count(`handle ${resource}`);
  return counted;
}

/** One line for each resource whose number changed. */
export function differences(before: Census, after: Census): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((what) => {
    const [was, is] = [before.get(what) ?? 0, after.get(what) ?? 0];
    return was === is ? [] : [`${what}: ${was} before, ${is} after`];
  });
}

/** `null` for the descriptor that was used to read the folder. */
function targetOf(fd: string): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return null;
  }
}

function childrenOf(task: string): string[] {
  try {
    const text = readFileSync(`/proc/self/task/${task}/children`, 'utf8');
    return text.split(' ').filter((pid) => pid !== '');
  } catch {
    // The thread has ended, or the kernel lacks the file (CONFIG_PROC_CHILDREN).
    return [];
  }
}
