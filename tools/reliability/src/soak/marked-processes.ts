import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const VARIABLE = 'RSYNC_IO_SOAK_RUN';

/** Grandchildren end within three seconds; a busy machine may take longer. Unit: milliseconds. */
const PATIENCE_MS = 10_000;

/** Marks the processes of a run by a variable in their environment, so that orphans are found, too. */
export class MarkedProcesses {
  readonly env: NodeJS.ProcessEnv;
  readonly #mark: string;

  constructor() {
    const value = `${process.pid}-${randomBytes(8).toString('hex')}`;
    this.#mark = `${VARIABLE}=${value}`;
    this.env = { ...process.env, [VARIABLE]: value };
  }

  /** Waits for the marked processes to end and kills those that do not. Returns the number killed. */
  async killRemaining(patienceMs = PATIENCE_MS): Promise<number> {
    const deadline = performance.now() + patienceMs;
    while (this.#pids().length > 0 && performance.now() < deadline) await sleep(50);
    const pids = this.#pids();
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // ESRCH: it has ended.
      }
    }
    return pids.length;
  }

  #pids(): number[] {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map(Number).filter((pid) => environmentOf(pid).split('\0').includes(this.#mark));
  }
}

/** Empty for processes that have ended, zombies included, and for those of other users. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}
