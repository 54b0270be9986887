import { describe, expect, it } from 'vitest';
import { judge } from '../src/matrix/judge.ts';
import type { Observation } from '../src/matrix/environment.ts';
import type { Variant } from '../src/variant/variant.ts';

const on: Variant = { kind: 'async', id: 'async-on-pipe', flag: 'on', backend: 'pipe' };
const off: Variant = { kind: 'async', id: 'async-off-inherit', flag: 'off', backend: 'inherit' };
const command: Variant = { kind: 'command', id: 'rsync-io-ssh' };
const scenario = { shows: { codes: [3] } };

const output = Buffer.from('oops\n');
const surfaced = Buffer.from('ssh process exited with status 3: its messages are above\n');
const plain: Observation = {
  client: { code: 3, signal: null, stderr: Buffer.from('rsync: gone\n') },
  fd2: output,
  transport: null,
  arrived: ['"a" file 1 abc'],
};
const transport = (
  captured: object,
  fd2 = Buffer.concat([output, surfaced]),
  warnings: string[] = [],
): Observation => ({
  ...plain,
  fd2,
  transport: {
    status: { code: 3, signal: null },
    captured: {
      bytes: output,
      totalBytes: output.length,
      discardedBytes: 0,
      droppedWarnings: 0,
      backend: 'pipe',
      ended: 'eof',
      ...captured,
    },
    warnings,
  },
});
const aspects = (variant: Variant, seen: Observation, reference = plain) =>
  judge(scenario, variant, seen, reference).map(({ aspect }) => aspect);

describe('a cell', () => {
  it('is equal if everything is', () => {
    expect(aspects(on, transport({}))).toEqual([]);
    expect(aspects(command, { ...plain, fd2: Buffer.from('oops\nrsync-io-ssh: why.\n') })).toEqual(
      [],
    );
  });

  it.each<[string, Partial<Observation>]>([
    ['what arrived', { arrived: [] }],
    ["the client's exit", { client: { ...plain.client, code: 4 } }],
    ["the client's stderr", { client: { ...plain.client, stderr: Buffer.from('else') } }],
    ['fd 2', { fd2: Buffer.from('Oops\n') }],
  ])('differs in %s', (aspect, change) => {
    expect(aspects(command, { ...plain, ...change })).toEqual([aspect]);
  });

  it.each<[string, object]>([
    ['bytes', { bytes: Buffer.from('oop') }],
    ['counters', { discardedBytes: 1 }],
    ['dropped lines', { droppedWarnings: 1 }],
  ])('differs in the %s of the capture', (_, change) => {
    expect(aspects(on, transport(change))).toEqual(['captured stderr']);
  });

  it('differs in the backend after a fallback', () => {
    expect(aspects(on, transport({ backend: 'socketpair' }))).toEqual(['backend']);
  });

  it('captures nothing with the flag off', () => {
    const nothing = { backend: 'inherit', bytes: Buffer.alloc(0), totalBytes: 0, ended: null };
    expect(aspects(off, transport(nothing, output))).toEqual([]);
    expect(aspects(off, transport({ ...nothing, bytes: output }, output))).toEqual([
      'captured stderr',
    ]);
  });

  it('surfaces a failure exactly once', () => {
    expect(aspects(on, transport({}, output))).toEqual(['surfaced on error']);
    expect(aspects(on, transport({}, Buffer.concat([output, surfaced, surfaced])))).toEqual([
      'surfaced on error',
    ]);
  });

  it('may have the process warning about a machine without CPU time, and no other', () => {
    const fd2 = Buffer.concat([output, surfaced]);
    expect(aspects(on, transport({}, fd2, ['RSYNC_IO_SLOW_THREAD']))).toEqual([]);
    expect(aspects(on, transport({}, fd2, ['other']))).toEqual(['process warnings']);
  });

  it('differs without a report', () => {
    expect(aspects(on, { ...plain })).toEqual(['the report']);
  });

  it('shows the text around the first difference', () => {
    const reference = { ...plain, fd2: Buffer.from(`${'x'.repeat(1_000)}a`) };
    const seen = { ...plain, fd2: Buffer.from(`${'x'.repeat(1_000)}b`) };
    const [difference] = judge(scenario, command, seen, reference);
    expect(difference?.expected).toBe(`… (960 before) ${'x'.repeat(40)}a`);
    expect(difference?.got).toBe(`… (960 before) ${'x'.repeat(40)}b`);
  });

  it('masks only what a scenario names', () => {
    const masks = [{ pattern: String.raw`port \d+`, by: 'port N' }];
    const reference = { ...plain, fd2: Buffer.from('port 1 is open\n') };
    const seen = { ...plain, fd2: Buffer.from('port 22 is open\n') };
    expect(judge({ ...scenario, masks }, command, seen, reference)).toEqual([]);
    expect(judge(scenario, command, seen, reference)).toHaveLength(1);
  });
});
