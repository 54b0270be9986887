import { execFileSync } from 'node:child_process';
import { seededRandom } from '@rsync-io/kit/random';
import { describe, expect, it } from 'vitest';
import { check, type Outcome } from '../src/soak/check.ts';
import { runBlob, runSoak } from '../src/soak/run-soak.ts';
import {
  blobProblems,
  type History,
  MAX_HEAP_GROWTH,
  MAX_MEMORY_GROWTH,
  problems,
  trend,
} from '../src/soak/verdict.ts';
import type { BlobFigures } from '../src/soak/worker/blob.ts';
import type { Figures } from '../src/soak/worker/figures.ts';
import { childScript, expectedStderr, type Plan, randomPlan } from '../src/soak/workload.ts';

const plan: Plan = {
  id: 7,
  backend: 'pipe',
  lines: 3,
  prompt: true,
  wireBytes: 4,
  grandchildMs: 0,
  closesEarly: false,
  ending: { kind: 'exit', code: 5 },
  hostileSink: false,
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
  it('writes what is expected of it', () => {
    const sh = (one: Plan) => {
      const script = `(${childScript({ ...one, wireBytes: 0 })}) 2>&1 || true`;
      return execFileSync('sh', ['-c', script], { maxBuffer: 2 ** 27 });
    };
    expect(sh(plan)).toEqual(written);
    const many = { ...plan, lines: 70_001, prompt: false };
    expect(sh(many)).toEqual(expectedStderr(many));
  });

  it('has no fault if everything arrived', () => {
    expect(faults({})).toEqual([]);
  });

  it('has a fault that counts an injected lost byte', () => {
    const short = written.subarray(0, -1);
    expect(faults({ stderr: captured(short), forwarded: short })).toEqual([
      { description: expect.stringContaining('not 46'), lostBytes: 1 },
    ]);
  });

  it.each<[string, Partial<Outcome>]>([
    ['swapped bytes', { stderr: captured(Buffer.from(written).swap16()) }],
    ['a repeated byte', { stderr: captured(Buffer.concat([written, Buffer.from('7')])) }],
    ['a wrong forwarded byte', { forwarded: Buffer.from(written).fill('x', 3, 4) }],
    ['a truncated wire', { received: Buffer.from('abc') }],
    ['a wrong byte on the wire', { received: Buffer.from('abxd') }],
    ['a wrong exit', { ended: '6' }],
    ['a fallback', { stderr: { ...whole.stderr, backend: 'inherit' } }],
  ])('has a fault: %s', (_, change) => {
    expect(faults(change).length).toBeGreaterThan(0);
  });

  it('may be cut short, but has no gap', () => {
    const killed: Plan = { ...plan, ending: { kind: 'killed', afterMs: 1 } };
    const begun = written.subarray(0, 20);
    const cut = { ended: 'SIGKILL', stderr: captured(begun), forwarded: begun };
    expect(faults(cut, killed)).toEqual([]);
    const gap = Buffer.concat([written.subarray(0, 10), written.subarray(11, 20)]);
    expect(faults({ ...cut, stderr: captured(gap) }, killed)).toHaveLength(1);
  });

  it('may contain the line of a grandchild only if its end was noticed late', () => {
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

  it('finds nothing if nothing changed', () => {
    expect(judged({})).toEqual([]);
  });

  it.each<[string, Partial<Figures>]>([
    ['an injected descriptor leak', { census: { ...census, descriptors: 21 } }],
    ['an injected thread leak', { census: { ...census, threads: 12 } }],
    ['an injected remaining child', { census: { ...census, children: 1 } }],
    ['a lost byte', { lostBytes: 1 }],
    ['a fault', { faults: ['x'], faultCount: 1 }],
    ['a worker that hangs', { settled: false }],
    ['waits that last as long as a grandchild', { seenLate: 6 }],
  ])('reports %s', (_, change) => {
    expect(judged(change)).toHaveLength(1);
  });

  it.each([
    ['memory', MAX_MEMORY_GROWTH],
    ['heap', MAX_HEAP_GROWTH],
  ] as const)('reports growing %s, but not in a short run', (which, most) => {
    const grown = (late: number, ms = 600_000) =>
      problems({ ...history, [which]: { ...flat, late }, ms });
    expect(grown(most)).toEqual([]);
    expect(grown(most + 1)).toHaveLength(1);
    expect(grown(most + 1, 60_000)).toEqual([]);
  });

  it('reports a worker without reports', () => {
    expect(problems({ ...history, last: null })).toHaveLength(1);
  });

  it('reports what is wrong with the blob', () => {
    const figures = {
      stderrBytes: 10,
      expectedStderrBytes: 10,
      wireBytes: 1,
      checksumsAgree: true,
      tailIsRight: true,
      shortConnections: 1_000,
      shortFaults: 0,
      growth: 0,
      seconds: 1,
    };
    expect(blobProblems(figures)).toEqual([]);
    const wrong = {
      stderrBytes: 9,
      checksumsAgree: false,
      tailIsRight: false,
      shortFaults: 1,
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
      early: 1_072.5,
      late: 1_172.5,
      perConnection: expect.closeTo(0.5, 6),
    });
    // A single outlier does not count.
    expect(trend(samples, 'memory').late).toBe(1_175);
    expect(trend([], 'memory')).toEqual({ early: 0, late: 0, perConnection: 0 });
  });
});

describe('a short soak', () => {
  it('loses and leaks nothing on both transports', { timeout: 600_000 }, async () => {
    const report = await runSoak({ ms: 12_000, seed: 1, jobs: 4 });
    expect(report.problems).toEqual([]);
    expect(report.histories.map(({ last }) => last?.settled)).toEqual([true, true]);
    // At least the warm-up of both, however busy the machine is.
    expect(report.connections).toBeGreaterThan(80);
  });

  it(
    'reports an injected lost byte, descriptor leak, child and orphan',
    {
      timeout: 600_000,
    },
    async () => {
      const { problems, lostBytes, remaining } = await runSoak({
        ms: 5_000,
        seed: 3,
        jobs: 2,
        bugs: ['byte', 'descriptor', 'child', 'orphan'],
        patienceMs: 6_000,
      });
      for (const transport of ['async', 'sync']) {
        const reported = problems.filter((problem) => problem.startsWith(transport)).join('\n');
        expect(reported).toMatch(/captured \d+ bytes of stderr, not \d+/);
        expect(reported).toContain('1 bytes were lost');
        expect(reported).toContain('1 descriptors leaked');
        expect(reported).toContain('1 children leaked');
      }
      expect(lostBytes).toBe(2);
      // In each worker a child, and a process whose parent is gone.
      expect(remaining).toBe(4);
      expect(problems).toContain('4 processes did not end by themselves');
    },
  );

  it('reports an injected thread leak', { timeout: 600_000 }, async () => {
    const { problems } = await runSoak({ ms: 5_000, seed: 4, jobs: 2, bugs: ['thread'] });
    for (const transport of ['async', 'sync']) {
      expect(problems).toContainEqual(
        expect.stringMatching(`^${transport}: [1-9]\\d* threads leaked`),
      );
    }
  });

  it('ends with its report if it is interrupted', { timeout: 600_000 }, async () => {
    const signal = AbortSignal.timeout(4_000);
    const report = await runSoak({ ms: 600_000, seed: 2, jobs: 2, signal });
    expect(report.problems).toEqual([]);
  });
});

describe('a small blob', () => {
  it(
    'arrives completely, with its wire, next to other connections',
    { timeout: 600_000 },
    async () => {
      const figures = await runBlob({ gibibytes: 0.125, shortConnections: 40 });
      expect(figures).toMatchObject({
        stderrBytes: 2 ** 27,
        wireBytes: 2 ** 28,
        shortConnections: 40,
      });
      // Too short for memory to settle, unlike four gibibytes.
      expect(blobProblems({ ...(figures as BlobFigures), growth: 0 })).toEqual([]);
    },
  );
});
