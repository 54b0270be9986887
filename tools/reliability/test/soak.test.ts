import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Arrivals } from '../src/common/arrivals.ts';
import { childCommand, writtenTo } from '../src/common/child.ts';
import { createMaterial } from '../src/common/material.ts';
import { check, type Outcome } from '../src/soak/check.ts';
import { runWorkers, type WorkersOptions } from '../src/soak/run-workers.ts';
import { type History, MAX_GROWTH, problems, trend } from '../src/soak/verdict.ts';
import type { Figures } from '../src/soak/worker/worker.ts';
import { type Plan, plans, stepsOf } from '../src/soak/workload.ts';

const LIMIT_MS = 600_000;
const material = createMaterial();
afterAll(material.dispose);

const plan: Plan = {
  id: 7,
  backend: 'pipe',
  stderr: { of: 'lines', from: 5, bytes: 46 },
  echoBytes: 4,
  closesStdin: false,
  stdoutBytes: 0,
  grandchildMs: 0,
  closesEarly: false,
  ending: { kind: 'exit', code: 5 },
  sink: 'file',
};
const written = writtenTo(2, stepsOf(plan), material);
const wireOf = (text: string) => {
  const wire = new Arrivals(Buffer.from('abcd'));
  wire.add(Buffer.from(text));
  return wire;
};
const captured = (bytes: Buffer): Outcome['stderr'] => ({
  bytes,
  totalBytes: bytes.length,
  discardedBytes: 0,
  droppedWarnings: 0,
  backend: 'pipe',
  ended: 'eof',
});
const whole: Outcome = {
  ended: '5',
  stderr: captured(written),
  written,
  forwarded: written,
  wire: wireOf('abcd'),
  ms: 10,
  heldUpMs: 0,
  besideLost: false,
};
const faults = (change: Partial<Outcome>, of: Plan = plan) => check(of, { ...whole, ...change });

describe('a connection of the workload', () => {
  it('writes what is expected of it', () => {
    for (const of of ['lines', 'bytes'] as const) {
      const flood = { ...plan, stderr: { of, from: 11, bytes: 900_001 }, echoBytes: 0 };
      const { program, args } = childCommand(stepsOf(flood), material);
      const shell = ['-c', '"$@" 2>&1 >&- || true', 'sh', program, ...args.map(String)];
      const output = execFileSync('sh', shell, { maxBuffer: 2 ** 27 });
      // Not toEqual(), which takes a minute for a megabyte.
      expect(output.equals(writtenTo(2, stepsOf(flood), material))).toBe(true);
    }
  });

  it('has no fault if everything arrived', () => {
    expect(faults({})).toEqual([]);
  });

  it.each<[string, Partial<Outcome>]>([
    ['a lost byte', { stderr: captured(written.subarray(0, -1)) }],
    ['swapped bytes', { stderr: captured(Buffer.from(written).swap16()) }],
    ['a repeated byte', { stderr: captured(Buffer.concat([written, Buffer.from('7')])) }],
    ['a wrong forwarded byte', { forwarded: Buffer.from(written).fill('x', 3, 4) }],
    ['a missing forwarded byte', { forwarded: written.subarray(0, -1) }],
    ['a truncated wire', { wire: wireOf('abc') }],
    ['a wrong byte on the wire', { wire: wireOf('abxd') }],
    ['a wrong exit', { ended: '6' }],
    ['a thread that was lost for no reason', { ended: 'DrainThreadLostError' }],
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
    expect(faults({ ...cut, stderr: captured(gap) }, killed).length).toBeGreaterThan(0);
  });

  it('may be lost beside another one that loses the thread', () => {
    const lost = { ended: 'DrainThreadLostError', besideLost: true, stderr: captured(written) };
    expect(faults(lost)).toEqual([]);
  });

  it('may contain the line of a grandchild only if its end was noticed late', () => {
    const withGrandchild: Plan = { ...plan, grandchildMs: 300 };
    const more = Buffer.concat([written, Buffer.from('late 7\n')]);
    const spoken = { stderr: captured(more), forwarded: more };
    expect(faults({ ...spoken, ms: 299 }, withGrandchild).length).toBeGreaterThan(0);
    expect(faults({ ...spoken, ms: 300 }, withGrandchild)).toEqual([]);
  });

  it('is the same for the same seed', () => {
    const first = (seed: number) => {
      const all = plans('soak', seed);
      return Array.from({ length: 300 }, () => all.next().value as Plan);
    };
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
    const kinds = new Set(first(1).map(({ ending }) => ending.kind));
    expect([...kinds].sort()).toEqual(
      ['aborted', 'exit', 'killed', 'lost', 'signal', 'stalled', 'unconnected'].sort(),
    );
  });
});

describe('the verdict', () => {
  const census = { descriptors: 20, threads: 11, children: 0, memory: 100e6, heap: 10e6 };
  const figures: Figures = {
    connections: 1_000,
    bytes: 1,
    faults: [],
    faultCount: 0,
    heldUpMs: 100,
    lostThreads: 0,
    idle: census,
    census,
    settled: true,
  };
  const judged = (change: Partial<Figures>, ms = 600_000) =>
    problems({ transport: 'on', samples: [{ ms, figures: { ...figures, ...change } }] });

  it('finds nothing if nothing changed', () => {
    expect(judged({})).toEqual([]);
  });

  it.each<[string, Partial<Figures>]>([
    ['a descriptor leak', { census: { ...census, descriptors: 21 } }],
    ['a thread leak', { census: { ...census, threads: 12 } }],
    ['a remaining child', { census: { ...census, children: 1 } }],
    ['a connection that was held up', { heldUpMs: 101 }],
    ['a fault', { faults: ['x'], faultCount: 1 }],
    ['a worker that hangs', { settled: false }],
  ])('reports %s', (_, change) => {
    expect(judged(change)).toHaveLength(1);
  });

  it.each(['memory', 'heap'] as const)('reports growing %s, but not in a short run', (which) => {
    const grown = (growth: number, endMs: number) => {
      const at = (part: number, value: number) => ({
        ms: part * endMs,
        figures: { ...figures, census: { ...census, [which]: value } },
      });
      const history: History = {
        transport: 'on',
        samples: [at(0.4, 1), at(0.9, 1 + growth), at(1, 1 + growth)],
      };
      expect(trend(history, which).early).toBe(1);
      return problems(history);
    };
    expect(grown(MAX_GROWTH[which], 600_000)).toEqual([]);
    expect(grown(MAX_GROWTH[which] + 1, 600_000)).toHaveLength(1);
    expect(grown(MAX_GROWTH[which] + 1, 60_000)).toEqual([]);
  });

  it('reports a worker without reports', () => {
    expect(problems({ transport: 'sync', samples: [] })).toHaveLength(1);
  });
});

const BUGS = pathToFileURL(path.join(import.meta.dirname, 'fixtures/soak-bugs.mjs')).href;
const TASKS = [
  { transport: 'on', jobs: 4 },
  { transport: 'sync', jobs: 3 },
] as const;

describe('a short soak', () => {
  const soak = (options: Partial<WorkersOptions>) =>
    runWorkers({ tasks: TASKS, mix: 'soak', seed: 1, ms: 12_000, ...options });

  it('loses and leaks nothing on both transports', { timeout: LIMIT_MS }, async () => {
    const { problems, histories } = await soak({});
    expect(problems).toEqual([]);
    expect(histories.map(({ samples }) => samples.at(-1)?.figures.settled)).toEqual([true, true]);
  });

  it('reports every injected bug', { timeout: LIMIT_MS }, async () => {
    const { problems } = await soak({
      nodeOptions: ['--import', BUGS],
      connections: 60,
      ms: LIMIT_MS,
      seed: 3,
      patienceMs: 6_000,
    });
    for (const transport of ['on', 'sync']) {
      const reported = problems.filter((problem) => problem.startsWith(transport)).join('\n');
      expect(reported).toMatch(/stderr: \d+ of \d+ bytes/);
      expect(reported).toContain('1 bytes in a foreign file');
      expect(reported).toMatch(/[1-9] descriptors leaked/);
      expect(reported).toMatch(/[1-9] threads leaked/);
      expect(reported).toContain('1 children leaked');
    }
    // In each worker a child, and a process whose parent is gone.
    expect(problems).toContain('4 processes did not end by themselves');
  });

  it('ends with its report if it is interrupted', { timeout: LIMIT_MS }, async () => {
    const { problems } = await soak({ ms: LIMIT_MS, seed: 2, signal: AbortSignal.timeout(4_000) });
    expect(problems).toEqual([]);
  });
});

describe('a short load', () => {
  it.each(['off', 'on', 'sync'] as const)(
    'loses nothing (%s)',
    { timeout: LIMIT_MS },
    async (transport) => {
      const tasks = [{ transport, jobs: 40 }];
      const options = { tasks, connections: 80, ms: LIMIT_MS, seed: 7 };
      const { problems, histories } = await runWorkers({ ...options, mix: 'load' });
      expect(problems).toEqual([]);
      expect(histories[0]?.samples.at(-1)?.figures.connections).toBeGreaterThanOrEqual(120);
    },
  );
});
