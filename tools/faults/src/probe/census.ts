import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What this process holds: descriptors by what they are, children, threads, handles of the event loop. */
export type Census = ReadonlyMap<string, number>;

export function census(): Census {
  const counted = new Map<string, number>();
  const count = (what: string) => counted.set(what, (counted.get(what) ?? 0) + 1);
  for (const fd of readdirSync('/proc/self/fd')) {
    const target = targetOf(fd);
    // Numbers of pipes and sockets differ every time, and so does the folder of the case.
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

/** One line for each thing of which there is another number. */
export function differences(before: Census, after: Census): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((what) => {
    const [was, is] = [before.get(what) ?? 0, after.get(what) ?? 0];
    return was === is ? [] : [`${what}: ${was} before, ${is} after`];
  });
}

/** `null` for the descriptor that read the folder, which is gone. */
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
    // A thread that has ended since, or a kernel without the file (CONFIG_PROC_CHILDREN).
    return [];
  }
}
