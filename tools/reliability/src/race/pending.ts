import { setTimeout as sleep } from 'node:timers/promises';

/** Calls whose results are awaited elsewhere, by name. */
export class Pending {
  readonly #calls = new Map<string, Promise<unknown>>();

  add(name: string, call: Promise<unknown>): void {
    const forget = () => void this.#calls.delete(name);
    this.#calls.set(name, call.then(forget, forget));
  }

  /** Waits until all have settled, at most `ms`. @returns the names of those that have not */
  async settled(ms: number): Promise<string[]> {
    const limit = new AbortController();
    const timeout = sleep(ms, undefined, { signal: limit.signal }).catch(() => {});
    await Promise.race([Promise.all(this.#calls.values()), timeout]);
    limit.abort();
    return [...this.#calls.keys()];
  }
}
