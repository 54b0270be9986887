import { carriers, openRealTheatre, runMatrix } from '@rsync-io/parity';
import { describeWithPeers } from '@rsync-io/testkit';
import { expect, it } from 'vitest';

describeWithPeers(['ssh', 'sshd', 'rsync'], 'the matrix of real programs', () => {
  it(
    'is green for a failure on the remote side, by every carrier',
    { timeout: 120_000 },
    async () => {
      const theatre = await openRealTheatre();
      try {
        const rows = await runMatrix(theatre, {
          carriers: carriers(),
          jobs: 1,
          only: ['rsync-missing'],
        });
        const cells = rows.flatMap((row) => row.cells);
        expect(cells).toHaveLength(2 * carriers().length);
        expect(cells.flatMap(({ differences }) => differences)).toEqual([]);
      } finally {
        await theatre.close();
      }
    },
  );

  it('has at least twenty-five scenarios, in every group, each with another name', async () => {
    const theatre = await openRealTheatre();
    await theatre.close();
    const names = theatre.scenarios.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(25);
    expect(new Set(theatre.scenarios.map(({ group }) => group)).size).toBe(6);
  });

  it('is red when a scenario does not bring its failure about', async () => {
    const theatre = await openRealTheatre();
    const [quiet] = theatre.scenarios.filter(({ name }) => name === 'quiet-success');
    if (quiet === undefined) throw new Error('there is no such scenario');
    const wrong = { ...quiet, shows: { codes: [23], fd2: /no such words/ } };
    try {
      const rows = await runMatrix(
        { ...theatre, scenarios: [wrong] },
        { carriers: carriers().slice(0, 1), jobs: 1, only: [] },
      );
      expect(rows[0]?.cells[0]?.differences.map(({ got }) => got)).toEqual([
        'the client ended with 0, not with 23',
        'fd 2 has nothing like /no such words/: ""',
      ]);
    } finally {
      await theatre.close();
    }
  });
});
