import { execFileSync } from 'node:child_process';
import {
  type BlobFigures,
  blobProblems,
  check,
  childScript,
  expectedStderr,
  type Figures,
  FLAT_BYTES,
  FLAT_HEAP_BYTES,
  type History,
  type Outcome,
  type Plan,
  problems,
  randomPlan,
  runBlob,
  runSoak,
  seededRandom,
  trend,
} from '@rsync-io/soak';
import { describe, expect, it } from 'vitest';

const plan: Plan = {
  id: 7,
  backend: 'pipe',
  lines: 3,
  prompt: true,
  wireBytes: 4,
  grandchildMs: 0,
  closesEarly: false,
  ending: { kind: 'exit', code: 5 },
};
const written = Buffer.from('7 000000001\n7 000000002\n7 000000003\nprompt 7: ');
const whole: Outcome = {
  ended: '5',
  stderr: {
    bytes: written,
    totalBytes: written.length,
    discardedBytes: 0,
    droppedWarnings: 0,
    backend: 'pipe',
    ended: 'eof',
  },
  forwarded: written,
  sent: Buffer.from('abcd'),
  received: Buffer.from('abcd'),
  ms: 10,
};
const faults = (change: Partial<Outcome>, of: Plan = plan) => check(of, { ...whole, ...change });
const captured = (bytes: Buffer) => ({ ...whole.stderr, bytes, totalBytes: bytes.length });

describe('a connection of the workload', () => {
  it('says what is expected of it', () => {
    const sh = (one: Plan) => {
      const script = `(${childScript({ ...one, wireBytes: 0 })}) 2>&1 || true`;
      return execFileSync('sh', ['-c', script], { maxBuffer: 2 ** 27 });
    };
    expect(sh(plan)).toEqual(written);
    const many = { ...plan, lines: 70_001, prompt: false };
    expect(sh(many)).toEqual(expectedStderr(many));
  });

  it('is right when all of it came', () => {
    expect(faults({})).toEqual([]);
  });

  it('with a planted lost byte is found, and the byte is counted', () => {
    const short = written.subarray(0, -1);
    expect(faults({ stderr: captured(short), forwarded: short })).toEqual([
      { what: expect.stringContaining('not 46'), lostBytes: 1 },
    ]);
  });

  it.each<[string, Partial<Outcome>]>([
    ['two bytes in each other’s place', { stderr: captured(Buffer.from(written).swap16()) }],
    ['a byte twice', { stderr: captured(Buffer.concat([written, Buffer.from('7')])) }],
    ['another forwarded byte', { forwarded: Buffer.from(written).fill('x', 3, 4) }],
    ['a shorter wire', { received: Buffer.from('abc') }],
    ['another byte on the wire', { received: Buffer.from('abxd') }],
    ['another end', { ended: '6' }],
    ['a fallback', { stderr: { ...whole.stderr, backend: 'inherit' } }],
  ])('with %s is found', (_, change) => {
    expect(faults(change).length).toBeGreaterThan(0);
  });

  it('that was cut short may lack its end, but has no gap', () => {
    const killed: Plan = { ...plan, ending: { kind: 'killed', afterMs: 1 } };
    const begun = written.subarray(0, 20);
    const cut = { ended: 'SIGKILL', stderr: captured(begun), forwarded: begun };
    expect(faults(cut, killed)).toEqual([]);
    const gap = Buffer.concat([written.subarray(0, 10), written.subarray(11, 20)]);
    expect(faults({ ...cut, stderr: captured(gap) }, killed)).toHaveLength(1);
  });

  it('with a grandchild may have its word only if the end was seen after its time', () => {
    const withGrandchild: Plan = { ...plan, grandchildMs: 300 };
    const more = Buffer.concat([written, Buffer.from('late 7\n')]);
    const spoken = { stderr: captured(more), forwarded: more };
    expect(faults({ ...spoken, ms: 299 }, withGrandchild).length).toBeGreaterThan(0);
    expect(faults({ ...spoken, ms: 300 }, withGrandchild)).toEqual([]);
    const less = { stderr: captured(more.subarray(0, -1)), forwarded: more.subarray(0, -1) };
    expect(faults({ ...less, ms: 300 }, withGrandchild)).toMatchObject([{ lostBytes: 1 }]);
  });

  it('is the same for the same seed', () => {
    const plans = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 200 }, (_, i) => randomPlan(i, random));
    };
    expect(plans(1)).toEqual(plans(1));
    expect(plans(1)).not.toEqual(plans(2));
    const kinds = new Set(plans(1).map(({ ending }) => ending.kind));
    expect([...kinds].sort()).toEqual([
      'aborted',
      'exit',
      'killed',
      'signal',
      'stalled',
      'unconnected',
    ]);
  });
});

describe('the verdict', () => {
  const census = { descriptors: 20, threads: 11, children: 0, memory: 100e6, heap: 10e6 };
  const figures = {
    transport: 'async' as const,
    connections: 1_000,
    bytes: 1,
    lostBytes: 0,
    faults: [],
    faultCount: 0,
    worstSpawnMs: 1,
    worstWaitMs: 1,
    worstWholeMs: 1,
    withGrandchild: 100,
    seenLate: 0,
    idle: census,
    census,
    settled: true,
  };
  const flat = { early: 0, late: 0, perConnection: 0 };
  const history: History = {
    transport: 'async',
    last: figures,
    memory: flat,
    heap: flat,
    ms: 600_000,
  };
  const judged = (change: Partial<Figures>) =>
    problems({ ...history, last: { ...figures, ...change } });

  it('is none when all is as it was', () => {
    expect(judged({})).toEqual([]);
  });

  it.each<[string, Partial<Figures>]>([
    ['a planted leaked descriptor', { census: { ...census, descriptors: 21 } }],
    ['a planted leaked thread', { census: { ...census, threads: 12 } }],
    ['a planted left-over child', { census: { ...census, children: 1 } }],
    ['a lost byte', { lostBytes: 1 }],
    ['a fault', { faults: ['x'], faultCount: 1 }],
    ['a worker that hangs', { settled: false }],
    ['waits that last as long as a grandchild', { seenLate: 6 }],
  ])('names %s', (_, change) => {
    expect(judged(change)).toHaveLength(1);
  });

  it.each([
    ['memory', FLAT_BYTES],
    ['heap', FLAT_HEAP_BYTES],
  ] as const)('names growing %s, but not of a short run', (which, most) => {
    const grown = (late: number, ms = 600_000) =>
      problems({ ...history, [which]: { ...flat, late }, ms });
    expect(grown(most)).toEqual([]);
    expect(grown(most + 1)).toHaveLength(1);
    expect(grown(most + 1, 60_000)).toEqual([]);
  });

  it('names a worker that told nothing', () => {
    expect(problems({ ...history, last: null })).toHaveLength(1);
  });

  it('of the blob names what is wrong', () => {
    const figures = {
      stderrBytes: 10,
      wantedStderrBytes: 10,
      wireBytes: 1,
      checksumsAgree: true,
      tailIsRight: true,
      beside: 1_000,
      besideFaults: 0,
      growth: 0,
      seconds: 1,
    };
    expect(blobProblems(figures)).toEqual([]);
    const wrong = {
      stderrBytes: 9,
      checksumsAgree: false,
      tailIsRight: false,
      besideFaults: 1,
      growth: 1e9,
    };
    expect(blobProblems({ ...figures, ...wrong })).toHaveLength(5);
  });
});

describe('the trend', () => {
  it('compares medians of quarters, and finds the slope', () => {
    const samples = Array.from({ length: 41 }, (_, i) => {
      const census = { memory: i === 40 ? 1e9 : 1_000 + 5 * i, heap: 0 };
      return { ms: i * 100, figures: { connections: 10 * i, census } as Figures };
    });
    expect(trend(samples.slice(0, 40), 'memory')).toMatchObject({
      early: 1_075,
      late: 1_175,
      perConnection: expect.closeTo(0.5, 6),
    });
    // One reading that is out of the way does not count.
    expect(trend(samples, 'memory').late).toBe(1_175);
    expect(trend([], 'memory')).toEqual({ early: 0, late: 0, perConnection: 0 });
  });
});

describe('a short soak', () => {
  it('of both transports loses and leaks nothing', { timeout: 120_000 }, async () => {
    const report = await runSoak({ ms: 12_000, seed: 1, jobs: 4 });
    expect(report.problems).toEqual([]);
    expect(report.histories.map(({ last }) => last?.settled)).toEqual([true, true]);
    expect(report.connections).toBeGreaterThan(200);
  });

  it(
    'with a planted lost byte, leaked descriptor, left-over child and orphan names each of them',
    {
      timeout: 120_000,
    },
    async () => {
      const { problems, lostBytes, leftOver } = await runSoak({
        ms: 5_000,
        seed: 3,
        jobs: 2,
        plants: ['byte', 'descriptor', 'child', 'orphan'],
        patienceMs: 6_000,
      });
      for (const transport of ['async', 'sync']) {
        const told = problems.filter((problem) => problem.startsWith(transport)).join('\n');
        expect(told).toMatch(/captured \d+ bytes of stderr, not \d+/);
        expect(told).toContain('1 bytes were lost');
        expect(told).toContain('1 descriptors leaked');
        expect(told).toContain('1 children leaked');
      }
      expect(lostBytes).toBe(2);
      // In each worker a child, and a process whose parent is gone.
      expect(leftOver).toBe(4);
      expect(problems).toContain('4 processes did not end by themselves');
    },
  );

  it('with a planted leaked thread names it', { timeout: 120_000 }, async () => {
    const { problems } = await runSoak({ ms: 5_000, seed: 4, jobs: 2, plants: ['thread'] });
    for (const transport of ['async', 'sync']) {
      expect(problems).toContainEqual(
        expect.stringMatching(`^${transport}: [1-9]\\d* threads leaked`),
      );
    }
  });

  it('that is interrupted ends with its report', { timeout: 120_000 }, async () => {
    const signal = AbortSignal.timeout(4_000);
    const report = await runSoak({ ms: 600_000, seed: 2, jobs: 2, signal });
    expect(report.problems).toEqual([]);
  });
});

describe('a small blob', () => {
  it('arrives whole, its wire too, beside other connections', { timeout: 120_000 }, async () => {
    const figures = await runBlob({ gibibytes: 0.125, beside: 40 });
    expect(figures).toMatchObject({ stderrBytes: 2 ** 27, wireBytes: 2 ** 28, beside: 40 });
    // Too short for memory to come to rest; four gibibytes are not.
    expect(blobProblems({ ...(figures as BlobFigures), growth: 0 })).toEqual([]);
  });
});
