import { describe, expect, it } from 'vitest';
import { localeIsUtf8 } from '../../src/forward/policy.js';

describe('the locale of a terminal', () => {
  it.each([
    [{}, false],
    [{ LANG: 'C' }, false],
    [{ LANG: 'C.UTF-8' }, true],
    [{ LANG: 'de_DE.utf8' }, true],
    [{ LANG: 'de_DE@euro' }, false],
    [{ LC_CTYPE: 'UTF-8' }, true],
    [{ LANG: 'C.UTF-8', LC_CTYPE: 'de_DE' }, false],
    [{ LANG: 'C.UTF-8', LC_ALL: 'C' }, false],
    [{ LANG: 'C.UTF-8', LC_ALL: '' }, true],
  ])('%j: UTF-8 is %s', (env, expected) => {
    expect(localeIsUtf8(env, 'linux')).toBe(expected);
    expect(localeIsUtf8(env, 'win32')).toBe(true);
  });
});
