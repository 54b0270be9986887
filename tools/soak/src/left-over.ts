import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** A variable that all processes of a run inherit, so that they are found whoever their parent is by now. */
const MARK = 'RSYNC_IO_SOAK_RUN';

/** Grandchildren end by themselves within three seconds; on a busy machine it may take longer. Unit: ms. */
const PATIENCE_MS = 10_000;

export interface MarkedRun {
  /** For everything that belongs to the run. */
  readonly env: NodeJS.ProcessEnv;
  /**
   * When the workers have ended: how many processes of the run did not end by themselves. They are
   * ended then.
   */
  endLeftOver(): Promise<number>;
}

export function markedRun(patienceMs = PATIENCE_MS): MarkedRun {
  const mark = `${MARK}=${process.pid}-${randomBytes(8).toString('hex')}`;
  const [name, value] = mark.split('=') as [string, string];
  return {
    env: { ...process.env, [name]: value },
    endLeftOver: async () => {
      const deadline = performance.now() + patienceMs;
      while (marked(mark).length > 0 && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const left = marked(mark);
      for (const pid of left) end(pid);
      return left.length;
    },
  };
}

function marked(mark: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => environmentOf(pid).split('\0').includes(mark));
}

/** Empty for what has ended, zombies too, and for what is not ours to read. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in the meantime.
  }
}
