/** Calls `run` for each item, `jobs` at a time; returns the results in the order of the items. */
export async function concurrently<Item, Result>(
  items: readonly Item[],
  { jobs, signal }: { readonly jobs: number; readonly signal?: AbortSignal },
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  const queue = items.entries();
  const work = async () => {
    for (const [i, item] of queue) {
      signal?.throwIfAborted();
      results[i] = await run(item);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
}
