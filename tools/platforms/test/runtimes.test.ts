import { describe, expect, it } from 'vitest';
import { type Runtime, RUNTIME_NAMES, tryRuntime } from '../src/runtimes/runtimes.ts';

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
  if (tried instanceof Error) {
    describe.skip(`${name} — not run: ${tried.message.split('\n', 1)[0]}`, () => it('works'));
    continue;
  }
  describe(name, () => {
    it.each(EXPECTED)(`%s: works with the ${BACKENDS[name]} backend`, (feature) => {
      expect(tried.results[feature]).toBe(BACKENDS[name]);
    });
    it('has no other features', () => {
      expect(Object.keys(tried.results).sort()).toEqual([...EXPECTED].sort());
    });
  });
}
