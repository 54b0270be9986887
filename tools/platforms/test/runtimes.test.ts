import { describeUnlessMissing } from '@rsync-io/testkit';
import { expect, it } from 'vitest';
import { type Runtime, RUNTIME_NAMES, tryRuntime } from './runtimes.ts';

const FEATURES = ['all bytes', 'a grandchild keeps stderr', 'a child that ignores SIGTERM'];
const ALWAYS = [...FEATURES, 'children end with the process'];
const EXPECTED = [
  ...[...ALWAYS, 'forwarding', 'abort'].map((feature) => `asynchronous: ${feature}`),
  ...ALWAYS.map((feature) => `blocking: ${feature}`),
];

/** Bun falls back, because the socket pair refuses it. */
const BACKENDS = { node: 'socketpair', bun: 'pipe', deno: 'socketpair' };

for (const name of RUNTIME_NAMES) {
  const tried: Runtime | Error = await tryRuntime(name).catch((error: unknown) => error as Error);
  const missing = tried instanceof Error ? tried.message.replaceAll(/\s+/g, ' ') : null;
  const results = tried instanceof Error ? {} : tried.results;
  describeUnlessMissing(missing, name, () => {
    it.each(EXPECTED)(`%s: works with the ${BACKENDS[name]} backend`, (feature) => {
      expect(results[feature]).toBe(BACKENDS[name]);
    });
    it('has no other features', () => {
      expect(Object.keys(results).sort()).toEqual([...EXPECTED].sort());
    });
  });
}
