import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteForShell } from '../../src/command/quote.js';

describe('a quoted word', () => {
  it('is what a shell makes of it', () => {
    const words = fc.array(fc.string({ unit: 'binary', maxLength: 12 }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(words, (all) => {
        const usable = all
          .map((word) => word.replaceAll('\u0000', ''))
          .filter((word) => !word.startsWith('~'));
        const line = usable.map(quoteForShell).join(' ');
        const got = execFileSync('sh', ['-c', `for w in ${line}; do printf '%s\\0' "$w"; done`]);
        expect(got.toString().split('\0').slice(0, -1)).toEqual(usable);
      }),
      { numRuns: 40 },
    );
  });
});
