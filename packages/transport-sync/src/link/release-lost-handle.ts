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

/** If a handle that was not disposed of is collected, closes its descriptors and drops its connection. */
export function releaseWhenLost(handle: object, leftovers: Leftovers): void {
  registry.register(handle, leftovers);
}
