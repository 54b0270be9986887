/**
 * @typedef {object} Target what is mutated, and by which tests it is watched
 * @property {string} folder of the package
 * @property {readonly string[]} mutate relative to the folder
 * @property {readonly string[]} tests relative to the folder
 * @property {readonly string[]} without tests that start processes, which load what was built, and those that
 *   take long: every change runs all tests that come by it
 * @property {number} atLeast the score below which the run fails; in percent
 */

/** Only tests that load the sources themselves see a mutation of them. @type {Readonly<Record<string, Target>>} */
export const TARGETS = {
  'aux-channel': {
    folder: 'packages/aux-channel',
    mutate: ['src/**/*.ts'],
    tests: ['test/**/*.test.ts'],
    without: ['test/fd-sink.test.ts', 'test/properties/**'],
    atLeast: 85,
  },
  'win-shim': {
    folder: 'packages/win-shim',
    // The authentication itself: the same state machine on every platform.
    mutate: ['src/handshake.ts'],
    tests: ['test/handshake.test.ts'],
    without: [],
    atLeast: 95,
  },
};
