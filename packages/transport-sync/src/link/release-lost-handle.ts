import type { WireEnds } from '../wire/wire-ends.js';
import type { DrainLink } from './drain-link.js';

interface Leftovers {
  readonly link: DrainLink;
  readonly connection: number;
  readonly ends: WireEnds;
}

const registry = new FinalizationRegistry<Leftovers>(({ link, connection, ends }) => {
  ends.close();
  link.release(connection);
});

/**
 * For a handle that is dropped without disposal: once it has been garbage-collected, closes its
 * descriptors and tells the drain thread to drop the connection when the child has exited.
 */
export function releaseWhenLost(handle: object, leftovers: Leftovers): void {
  registry.register(handle, leftovers);
}
