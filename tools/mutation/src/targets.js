/**
 * @typedef {object} Target what is mutated, and by which tests it is watched
 * @property {string} folder of the package
 * @property {readonly string[]} mutate relative to the folder
 * @property {readonly string[]} tests relative to the checkout
 * @property {readonly string[]} without relative to the checkout: tests that start processes, which load what
 *   was built, and those that take long: every change runs all tests that come by it
 * @property {number} atLeast the score below which the run fails; in percent
 */

/** Only tests that load the sources themselves see a mutation of them. @type {Readonly<Record<string, Target>>} */
export const TARGETS = {
  'aux-channel': {
    folder: 'packages/aux-channel',
    mutate: ['src/**/*.ts'],
    tests: [
      'packages/aux-channel/test/**/*.test.ts',
      'tools/testkit/test/explain-recorded.test.ts',
    ],
    without: ['packages/aux-channel/test/forward-to-descriptor.test.ts'],
    atLeast: 85,
  },
  'win-shim': {
    folder: 'packages/win-shim',
    // The authentication itself: the same state machine on every platform.
    mutate: ['src/handshake.ts'],
    tests: ['packages/win-shim/test/handshake.test.ts'],
    without: [],
    atLeast: 95,
  },
};
