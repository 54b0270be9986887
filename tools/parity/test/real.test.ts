import { describeWithPeers } from '@rsync-io/testkit';
import { expect, it } from 'vitest';
import { runMatrix } from '../src/matrix/run-matrix.ts';
import { openRealEnvironment } from '../src/environments/real.ts';
import { variants } from '../src/variant/variant.ts';

describeWithPeers(['ssh', 'sshd', 'rsync'], 'the matrix of real programs', () => {
  it('is green for a failure on the remote side, with every variant', async () => {
    const environment = await openRealEnvironment();
    try {
      const rows = await runMatrix(environment, {
        variants: variants(),
        jobs: 1,
        only: ['rsync-missing'],
      });
      const cells = rows.flatMap((row) => row.cells);
      expect(cells).toHaveLength(2 * variants().length);
      expect(cells.flatMap(({ differences }) => differences)).toEqual([]);
    } finally {
      await environment.close();
    }
  });

  it('has at least twenty-five scenarios with unique names, in every group', async () => {
    const environment = await openRealEnvironment();
    await environment.close();
    const names = environment.scenarios.map(({ name, direction }) => `${name} ${direction}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(25);
    expect(new Set(environment.scenarios.map(({ group }) => group)).size).toBe(6);
  });

  it('is red if a scenario does not cause its failure', async () => {
    const environment = await openRealEnvironment();
    const [quiet] = environment.scenarios.filter(({ name }) => name === 'quiet-success');
    if (quiet === undefined) throw new Error('there is no such scenario');
    const wrong = { ...quiet, shows: { codes: [23], fd2: 'no such words' } };
    try {
      const rows = await runMatrix(
        { ...environment, scenarios: [wrong] },
        { variants: variants().slice(0, 1), jobs: 1, only: [] },
      );
      expect(rows[0]?.cells[0]?.differences.map(({ got }) => got)).toEqual([
        'the client exited with 0, not with 23',
        'fd 2 does not match /no such words/: ""',
      ]);
    } finally {
      await environment.close();
    }
  });
});
