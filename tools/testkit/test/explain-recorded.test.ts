import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { explain, exitStatus } from '@rsync-io/aux-channel';
import { describe, expect, it } from 'vitest';
import { type FailureFixture, failures } from '../src/corpus/failures.js';
import { type OrdinaryText, harmlessTexts } from '../src/corpus/ordinary.js';

const folder = path.join(import.meta.dirname, '../fixtures/explain');
const read = (file: string): unknown => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
const recorded = readdirSync(path.join(folder, 'failures')).map(
  (file) => read(`failures/${file}`) as FailureFixture,
);

describe('explain, on recorded failures', () => {
  it('has a recording of every case, and no other', () => {
    const names = (cases: readonly { name: string }[]) => cases.map(({ name }) => name).sort();
    expect(names(recorded)).toEqual(names(failures));
  });

  it.each(recorded)('calls $name by its name', ({ kind, code, signal, stderr }) => {
    const explanation = explain(Buffer.from(stderr, 'latin1'), exitStatus(code, signal));
    expect(explanation.kind).toBe(kind);
    // Its evidence is a line of the text.
    const { evidence } = explanation;
    if (evidence !== null) expect(stderr).toContain(evidence);
  });

  it.each(recorded.filter(({ kind }) => kind !== 'unknown' && kind !== 'killed'))(
    'is not misled about $name by a front that was cut off',
    ({ kind, code, signal, stderr }) => {
      // The window keeps the newest bytes: older text may begin in the middle of a line.
      const cut = Buffer.from(`nt text\n${stderr}`, 'latin1');
      const status = exitStatus(code, signal);
      // Silence is evidence only of a stderr that is known from its beginning.
      const { evidence } = explain(Buffer.from(stderr, 'latin1'), status);
      expect(explain(cut, status).kind).toBe(evidence === null ? 'unknown' : kind);
    },
  );
});

describe('explain, on ordinary texts', () => {
  const ordinary: OrdinaryText[] = [
    ...(read('ordinary.json') as { texts: OrdinaryText[] }).texts,
    ...harmlessTexts(),
  ];

  it('has at least five hundred of them, no two alike', () => {
    expect(new Set(ordinary.map(({ text }) => text)).size).toBeGreaterThanOrEqual(500);
  });

  it.each([1, 2, 10, 12, 23, 24, 126, 127, 255])(
    'reads no cause into any, with status %d',
    (code) => {
      const misread = ordinary.flatMap(({ from, text }) => {
        const { kind, evidence } = explain(Buffer.from(text, 'latin1'), exitStatus(code));
        return kind === 'unknown' ? [] : [{ from, kind, evidence }];
      });
      expect(misread).toEqual([]);
    },
  );
});
