import { execFileSync } from 'node:child_process';
import {
  blobProblems,
  check,
  childScript,
  expectedStderr,
  FLAT_BYTES,
  type History,
  type Outcome,
  type Plan,
  problems,
  randomPlan,
  runSoak,
  seededRandom,
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

  it('is the same for the same seed', () => {
    const plans = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 200 }, (_, i) => randomPlan(i, random));
    };
    expect(plans(1)).toEqual(plans(1));
    expect(plans(1)).not.toEqual(plans(2));
    const kinds = new Set(plans(1).map(({ ending }) => ending.kind));
    expect([...kinds].sort()).toEqual(['aborted', 'exit', 'killed', 'signal', 'stalled']);
  });
});

describe('the verdict', () => {
  const census = { descriptors: 20, threads: 11, children: 0, memory: 100e6 };
  const figures = {
    transport: 'async' as const,
    connections: 1_000,
    bytes: 1,
    lostBytes: 0,
    faults: [],
    faultCount: 0,
    worstSpawnMs: 1,
    worstWholeMs: 1,
    idle: census,
    census,
    settled: true,
  };
  const judged = (change: Partial<History['last']>, late = 0) =>
    problems({
      transport: 'async',
      last: { ...figures, ...change },
      memory: { early: 0, late },
      isLong: true,
    });

  it('is none when all is as it was', () => {
    expect(judged({})).toEqual([]);
  });

  it.each<[string, Partial<History['last']>]>([
    ['a planted leaked descriptor', { census: { ...census, descriptors: 21 } }],
    ['a planted leaked thread', { census: { ...census, threads: 12 } }],
    ['a planted left-over child', { census: { ...census, children: 1 } }],
    ['a lost byte', { lostBytes: 1 }],
    ['a fault', { faults: ['x'], faultCount: 1 }],
    ['a worker that hangs', { settled: false }],
  ])('names %s', (_, change) => {
    expect(judged(change)).toHaveLength(1);
  });

  it('names growing memory', () => {
    expect(judged({}, FLAT_BYTES)).toEqual([]);
    expect(judged({}, FLAT_BYTES + 1)).toHaveLength(1);
  });

  it('of the blob names what is wrong', () => {
    const figures = {
      stderrBytes: 10,
      wantedStderrBytes: 10,
      wireBytes: 1,
      checksumsAgree: true,
      beside: 1_000,
      besideFaults: 0,
      growth: 0,
      seconds: 1,
    };
    expect(blobProblems(figures)).toEqual([]);
    const wrong = { stderrBytes: 9, checksumsAgree: false, besideFaults: 1, growth: 1e9 };
    expect(blobProblems({ ...figures, ...wrong })).toHaveLength(4);
  });
});

describe('a short soak', () => {
  it('of both transports loses and leaks nothing', { timeout: 120_000 }, async () => {
    const report = await runSoak({ ms: 6_000, seed: 1, jobs: 2 });
    expect(report.problems).toEqual([]);
    expect(report.histories.map(({ last }) => last.settled)).toEqual([true, true]);
    expect(report.connections).toBeGreaterThan(80);
  });

  it('that is interrupted ends with its report', { timeout: 120_000 }, async () => {
    const signal = AbortSignal.timeout(4_000);
    const report = await runSoak({ ms: 600_000, seed: 2, jobs: 2, signal });
    expect(report.problems).toEqual([]);
  });
});
