import { type Carrier, carriers, openReplayTheatre, type Plant, runMatrix } from '@rsync-io/parity';
import { afterEach, describe, expect, it } from 'vitest';

const chosen = (...ids: string[]) => carriers().filter(({ id }) => ids.includes(id));
/** Node's own pipe is on every platform. */
const columns: readonly Carrier[] = chosen(
  'ssh',
  'async-off-inherit',
  'async-on-pipe',
  'sync-on-pipe',
);

let close = () => Promise.resolve();
afterEach(() => close());

/** Plays one recorded scenario; returns what differs, as `carrier: aspect`. */
async function differences(name: string, plant?: Plant): Promise<string[]> {
  const theatre = openReplayTheatre(plant === undefined ? {} : { plant });
  close = () => theatre.close();
  const rows = await runMatrix(theatre, { carriers: columns, jobs: 1, only: [name] });
  const cells = rows.flatMap((row) => row.cells);
  expect(cells.length).toBeGreaterThanOrEqual(columns.length);
  return [
    ...new Set(
      cells.flatMap(({ carrier, differences }) =>
        differences.map(({ aspect }) => `${carrier.id}: ${aspect}`),
      ),
    ),
  ];
}

describe('the matrix', () => {
  it.each(['auth-denied', 'no-newline', 'window-exactly'])(
    'is green for %s as it is',
    async (name) => {
      expect(await differences(name)).toEqual([]);
    },
  );

  it('is red when a backend loses the last byte', async () => {
    expect(await differences('auth-denied', 'lost-tail-byte')).toEqual(['async-on-pipe: fd 2']);
  });

  it('is red when a failure is told twice', async () => {
    expect(await differences('auth-denied', 'doubled-surface')).toEqual([
      'async-off-inherit: fd 2',
      'async-on-pipe: surfaced on error',
      'sync-on-pipe: surfaced on error',
    ]);
  });

  it("is red when a transport changes the child's exit code", async () => {
    expect(await differences('auth-denied', 'changed-exit')).toEqual([
      "async-off-inherit: the client's exit",
      "async-on-pipe: the client's exit",
      "sync-on-pipe: the client's exit",
    ]);
  });

  it('is red when 8 KiB are captured instead of 64', async () => {
    expect(await differences('window-exactly', 'small-window')).toEqual([
      'async-on-pipe: captured stderr',
      'sync-on-pipe: captured stderr',
    ]);
  });

  it('says so when a carrier cannot be run at all', async () => {
    const theatre = openReplayTheatre();
    close = () => theatre.close();
    const absent: Carrier = { kind: 'async', id: 'absent', flag: 'on', backend: 'tcp-loopback' };
    const rows = await runMatrix(
      {
        ...theatre,
        perform: (cell) =>
          cell.carrier === absent
            ? Promise.reject(new Error('no such thing'))
            : theatre.perform(cell),
      },
      { carriers: [...chosen('ssh'), absent], jobs: 1, only: ['no-newline'] },
    );
    expect(rows[0]?.cells[1]).toMatchObject({
      observation: null,
      differences: [{ aspect: 'the run', got: 'no such thing' }],
    });
  });
});
