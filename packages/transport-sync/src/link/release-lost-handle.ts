import type { WireEnds } from '../wire/wire-ends.js';
import type { Connection } from './drain-link.js';

interface Leftovers {
  readonly connection: Connection;
  readonly ends: WireEnds;
}

const registry = new FinalizationRegistry<Leftovers>(({ connection: { link, id }, ends }) => {
  ends.close();
  link.release(id);
});

/**
 * When a handle that was not disposed of is garbage-collected, closes its descriptors and makes the drain
 * thread drop the connection once the child has exited.
 */
export function releaseWhenLost(handle: object, leftovers: Leftovers): void {
  registry.register(handle, leftovers);
}
