import { afterEach, describe, expect, it } from 'vitest';
import { runMatrix } from '../src/matrix/run-matrix.ts';
import { openReplayEnvironment } from '../src/environments/replay.ts';
import { type Variant, variants } from '../src/variant/variant.ts';

const BUGS = new URL('./fixtures/bugs.mjs', import.meta.url).href;

const chosen = (...ids: string[]) => variants().filter(({ id }) => ids.includes(id));
/** The pipe backend exists on every platform. */
const columns: readonly Variant[] = chosen(
  'ssh',
  'async-off-inherit',
  'async-on-pipe',
  'sync-on-pipe',
);

let close = () => Promise.resolve();
afterEach(() => close());

/** Replays one scenario; returns the differences as `variant: aspect`. */
async function differences(name: string, bug?: string): Promise<string[]> {
  const environment = await openReplayEnvironment(bug ? ['--import', `${BUGS}?${bug}`] : []);
  close = () => environment.close();
  const rows = await runMatrix(environment, { variants: columns, jobs: 1, only: [name] });
  const cells = rows.flatMap((row) => row.cells);
  expect(cells.length).toBeGreaterThanOrEqual(columns.length);
  return [
    ...new Set(
      cells.flatMap(({ variant, differences }) =>
        differences.map(({ aspect }) => `${variant.id}: ${aspect}`),
      ),
    ),
  ];
}

describe('the matrix', () => {
  it.each(['auth-denied', 'no-newline', 'window-exactly'])(
    'is green for %s without a bug',
    async (name) => {
      expect(await differences(name)).toEqual([]);
    },
  );

  it('is red if a backend loses the last byte', async () => {
    expect(await differences('auth-denied', 'lost-tail-byte')).toEqual(['async-on-pipe: fd 2']);
  });

  it('is red if a failure is surfaced twice', async () => {
    expect(await differences('auth-denied', 'doubled-surface')).toEqual([
      'async-off-inherit: fd 2',
      'async-on-pipe: surfaced on error',
      'sync-on-pipe: surfaced on error',
    ]);
  });

  it("is red if a transport changes the child's exit code", async () => {
    expect(await differences('auth-denied', 'changed-exit')).toEqual([
      "async-off-inherit: the client's exit",
      "async-on-pipe: the client's exit",
      "sync-on-pipe: the client's exit",
    ]);
  });

  it('is red if 8 KiB are captured instead of 64', async () => {
    expect(await differences('window-exactly', 'small-window')).toEqual([
      'async-on-pipe: captured stderr',
      'sync-on-pipe: captured stderr',
    ]);
  });

  it('is red if a transport emits a process warning, which is not part of fd 2', async () => {
    expect(await differences('auth-denied', 'process-warning')).toEqual([
      'async-off-inherit: process warnings',
      'async-on-pipe: process warnings',
      'sync-on-pipe: process warnings',
    ]);
  });

  it('reports a variant that cannot run', async () => {
    const environment = await openReplayEnvironment();
    close = () => environment.close();
    const absent: Variant = { kind: 'async', id: 'absent', flag: 'on', backend: 'tcp-loopback' };
    const rows = await runMatrix(
      {
        ...environment,
        run: (scenario, variant) =>
          variant === absent
            ? Promise.reject(new Error('no such thing'))
            : environment.run(scenario, variant),
      },
      { variants: [...chosen('ssh'), absent], jobs: 1, only: ['no-newline'] },
    );
    expect(rows[0]?.cells[1]).toMatchObject({
      observation: null,
      differences: [{ aspect: 'the run', got: 'no such thing' }],
    });
  });
});
