import { type Carrier, judge, type Observation } from '@rsync-io/parity';
import { describe, expect, it } from 'vitest';

const on: Carrier = { kind: 'async', id: 'async-on-pipe', flag: 'on', backend: 'pipe' };
const off: Carrier = { kind: 'async', id: 'async-off-inherit', flag: 'off', backend: 'inherit' };
const command: Carrier = { kind: 'command', id: 'rsync-io-ssh' };
const scenario = { shows: { codes: [3] } };

const said = Buffer.from('oops\n');
const told = Buffer.from('ssh process exited with status 3: its messages are above\n');
const plain: Observation = {
  client: { code: 3, signal: null, stderr: Buffer.from('rsync: gone\n') },
  fd2: said,
  carried: null,
  arrived: ['"a" file 1 abc'],
};
const carried = (captured: object, fd2 = Buffer.concat([said, told])): Observation => ({
  ...plain,
  fd2,
  carried: {
    status: { code: 3, signal: null },
    captured: {
      bytes: said,
      totalBytes: said.length,
      discardedBytes: 0,
      droppedWarnings: 0,
      backend: 'pipe',
      ended: 'eof',
      ...captured,
    },
  },
});
const aspects = (carrier: Carrier, seen: Observation, reference = plain) =>
  judge(scenario, carrier, seen, reference).map(({ aspect }) => aspect);

describe('a cell', () => {
  it('is equal when all of it is', () => {
    expect(aspects(on, carried({}))).toEqual([]);
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
    expect(aspects(on, carried(change))).toEqual(['captured stderr']);
  });

  it('has another backend than the wanted one after a fallback', () => {
    expect(aspects(on, carried({ backend: 'socketpair' }))).toEqual(['backend']);
  });

  it('has nothing captured with the flag off', () => {
    const nothing = { backend: 'inherit', bytes: Buffer.alloc(0), totalBytes: 0, ended: null };
    expect(aspects(off, carried(nothing, said))).toEqual([]);
    expect(aspects(off, carried({ ...nothing, bytes: said }, said))).toEqual(['captured stderr']);
  });

  it('is not silent about a failure, and not talkative', () => {
    expect(aspects(on, carried({}, said))).toEqual(['surfaced on error']);
    expect(aspects(on, carried({}, Buffer.concat([said, told, told])))).toEqual([
      'surfaced on error',
    ]);
  });

  it('is red without a report', () => {
    expect(aspects(on, { ...plain })).toEqual(['the report']);
  });

  it('shows the place of the first difference', () => {
    const reference = { ...plain, fd2: Buffer.from(`${'x'.repeat(1_000)}a`) };
    const seen = { ...plain, fd2: Buffer.from(`${'x'.repeat(1_000)}b`) };
    const [difference] = judge(scenario, command, seen, reference);
    expect(difference?.expected).toBe(`… (960 before) ${'x'.repeat(40)}a`);
    expect(difference?.got).toBe(`… (960 before) ${'x'.repeat(40)}b`);
  });

  it('masks only what a scenario names', () => {
    const masks = [{ pattern: /port \d+/g, by: 'port N' }];
    const reference = { ...plain, fd2: Buffer.from('port 1 is open\n') };
    const seen = { ...plain, fd2: Buffer.from('port 22 is open\n') };
    expect(judge({ ...scenario, masks }, command, seen, reference)).toEqual([]);
    expect(judge(scenario, command, seen, reference)).toHaveLength(1);
  });
});
