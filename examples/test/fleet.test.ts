import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  describeWithPeers,
  findPeers,
  freePort,
  type OpenSshServer,
  startOpenSshServer,
  waitUntil,
} from '@rsync-io/testkit';
import { Queue, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';
import puppeteer from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jobId, type TransferJob } from '../fleet/queue.ts';

const main = path.join(import.meta.dirname, '../fleet/main.ts');
/** Set FLEET_TEST_JOBS=2000 for a longer, stricter test. */
const JOBS = Number(process.env['FLEET_TEST_JOBS'] ?? 100);
const WORKERS = 3;
const PATIENCE = { timeoutMs: 3_600_000, everyMs: 100 };

describeWithPeers(['ssh', 'sshd', 'rsync', 'redis-server'], 'fleet', () => {
  let server: OpenSshServer;
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let port: number;
  let dashboard: number;
  let queue: Queue<TransferJob>;
  let events: QueueEvents;
  /** The events of jobs, in order. */
  const history: { readonly event: 'active' | 'completed' | 'stalled'; readonly jobId: string }[] =
    [];
  let seconds = 0;
  const children: ChildProcess[] = [];
  const inFolder = (...names: string[]) => path.join(folder, ...names);

  /** Starts a command in its own process group, so that it can be killed together with its descendants. */
  function start(...args: string[]): ChildProcess {
    const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
      env,
      stdio: 'ignore',
      detached: true,
    });
    children.push(child);
    return child;
  }
  const up = () =>
    start('up', '--data', inFolder('redis'), '--dashboard', String(dashboard), '--jobs', '4');
  const work = () => start('work', '--jobs', '4');

  function add(lines: readonly string[], ...args: string[]): string {
    const input = lines.join('\n');
    const words = ['--import', 'tsx', main, 'add', ...args];
    const result = spawnSync(process.execPath, words, { env, input, encoding: 'utf8' });
    expect(result).toMatchObject({ status: 0, stderr: '' });
    return result.stdout;
  }

  const isCompleted = ({ event }: { readonly event: string }) => event === 'completed';

  /** Ends a process and its group by SIGKILL. */
  async function kill(child: ChildProcess): Promise<void> {
    const exited = once(child, 'exit');
    process.kill(-(child.pid as number), 'SIGKILL');
    await exited;
  }

  beforeAll(async () => {
    server = await startOpenSshServer();
    folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-fleet-'));
    for (const name of ['source', 'target']) mkdirSync(inFolder(name));
    const hosts = [
      'Host denied\n  PubkeyAuthentication no',
      'Host refused\n  Port 1',
      // Waits before it connects.
      `Match originalhost later exec "until test -e '${inFolder('go')}'; do sleep 0.1; done"`,
      'Host *\n  HostName 127.0.0.1',
    ];
    const config = inFolder('ssh_config');
    writeFileSync(config, [...hosts, readFileSync(server.configFile, 'utf8')].join('\n'), {
      mode: 0o600,
    });
    port = await freePort();
    dashboard = await freePort();
    const REDIS_URL = `redis://127.0.0.1:${port}`;
    const RSYNC_RSH = `ssh -F '${config}'`;
    env = { ...process.env, REDIS_URL, RSYNC_RSH, FLEET_LOCK_MS: '10000' };
    const connection = { url: REDIS_URL, maxRetriesPerRequest: null };
    queue = new Queue('transfers', { connection });
    queue.on('error', () => {}); // Redis is not there at first, and restarts.
    events = new QueueEvents('transfers', { connection, lastEventId: '0-0' });
    events.on('error', () => {});
    for (const event of ['active', 'completed', 'stalled'] as const) {
      events.on(event, ({ jobId }: { jobId: string }) => history.push({ event, jobId }));
    }
  });
  afterAll(async () => {
    await events?.close();
    await queue?.close();
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    `loses none of ${JOBS} transfers when ${WORKERS} workers and Redis are killed`,
    async () => {
      let first = up();
      const names = Array.from({ length: JOBS }, (_, i) => `file-${i}`);
      for (const name of names) writeFileSync(inFolder('source', name), `content of ${name}\n`);
      const lines = names.map(
        (name) => `${inFolder('source', name)}\thost-${name}:${inFolder('target', name)}`,
      );
      const workers = Array.from({ length: WORKERS }, work);
      const ready = async () => (await queue.getWorkersCount()) === WORKERS + 1;
      await waitUntil(ready, { what: 'the workers', ...PATIENCE });
      const began = performance.now();
      expect(add(lines)).toBe(`${JOBS} transfers\n`);

      const done = (count: number) => async () => (await queue.getCompletedCount()) >= count;
      for (const [i, worker] of workers.entries()) {
        await waitUntil(done((JOBS * (i + 1)) / 5), { what: 'some transfers', ...PATIENCE });
        await kill(worker);
        work();
      }
      await waitUntil(done((JOBS * 4) / 5), { what: 'more transfers', ...PATIENCE });
      // Redis cannot write anything more, and its worker ends with it.
      const exited = once(first, 'exit');
      const redis = new Redis(env['REDIS_URL'] as string, { lazyConnect: true });
      const pid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
      redis.disconnect();
      process.kill(pid, 'SIGKILL');
      expect(await exited).toEqual([1, null]);
      first = up();
      await waitUntil(done(JOBS), { what: 'all transfers', ...PATIENCE });
      seconds = (performance.now() - began) / 1_000;

      for (const name of names) {
        expect(readFileSync(inFolder('target', name), 'utf8')).toBe(`content of ${name}\n`);
      }
      expect(await queue.getJobCounts()).toMatchObject({ completed: JOBS, failed: 0, waiting: 0 });
    },
    PATIENCE.timeoutMs,
  );

  it(
    'repeats nothing that has succeeded',
    async () => {
      const completed = () => new Set(history.filter(isCompleted).map(({ jobId }) => jobId));
      await waitUntil(() => completed().size === JOBS, { what: 'the last events', ...PATIENCE });
      const finished = new Set<string>();
      for (const { event, jobId } of history) {
        if (event === 'completed') finished.add(jobId);
        else expect(finished).not.toContain(jobId);
      }
      const taken = history.filter(({ event }) => event === 'stalled').length;
      console.log(
        `${JOBS} transfers in ${seconds.toFixed(0)} s; ${taken} taken over from the dead`,
      );
      // The workers were killed while jobs were running.
      expect(taken).toBeGreaterThan(0);
      const again = inFolder('source', 'file-0');
      add([`${again}\thost-file-0:${inFolder('target', 'file-0')}`]);
      expect(await queue.getCompletedCount()).toBe(JOBS);
      expect(await queue.getWaitingCount()).toBe(0);
    },
    PATIENCE.timeoutMs,
  );

  it('a failed job has its explanation and its stderr, and is repeated only if that can help', async () => {
    const source = inFolder('source');
    add([`${source}\tdenied:`, `${source}\trefused:`], '--attempts', '2', '--backoff', '1');
    const failed = async () => (await queue.getFailedCount()) === 2;
    await waitUntil(failed, { what: 'both failures', ...PATIENCE });
    const denied = await queue.getJob(jobId(source, 'denied:'));
    expect(denied).toMatchObject({
      attemptsMade: 1,
      failedReason: expect.stringContaining('the host accepted none of') as string,
      data: { failure: { kind: 'auth', retryable: false } },
    });
    const { logs } = await queue.getJobLogs(jobId(source, 'denied:'));
    expect(logs.join('\n')).toContain('Permission denied');
    expect(await queue.getJob(jobId(source, 'refused:'))).toMatchObject({
      attemptsMade: 2,
      data: { failure: { kind: 'refused', retryable: true } },
    });
  });

  describeWithPeers(['chromium'], 'its dashboard', () => {
    it('shows a failed job with its explanation', async () => {
      const browser = await puppeteer.launch({
        executablePath: findPeers().chromium?.path as string,
        // Chromium has no sandbox for root; the page is this project's own.
        args: ['--no-sandbox', '--disable-dev-shm-usage'],
        protocolTimeout: 600_000,
      });
      try {
        const page = await browser.newPage();
        page.setDefaultTimeout(300_000);
        await page.goto(`http://127.0.0.1:${dashboard}/queue/transfers?status=failed`);
        const shows = (text: string) =>
          page.waitForFunction(`document.body.innerText.includes(${JSON.stringify(text)})`);
        await shows(`${inFolder('source')} → denied:`);
        await shows('the host accepted none of');
      } finally {
        await browser.close();
      }
    });
  });

  it('Ctrl-C in the terminal ends everything, and an interrupted transfer has not failed', async () => {
    const target = inFolder('target', 'later');
    add([`${inFolder('source')}/\tlater:${target}`], '--attempts', '1');
    const isActive = async () => (await queue.getActiveCount()) === 1;
    await waitUntil(isActive, { what: 'the transfer', ...PATIENCE });
    const running = children.filter((it) => it.exitCode === null && it.signalCode === null);
    const exits = running.map((child) => once(child, 'exit'));
    // To the whole group, as a terminal does: rsync and ssh receive it, too.
    for (const { pid } of running) process.kill(-(pid as number), 'SIGINT');
    expect(await Promise.all(exits)).toEqual(running.map(() => [0, null]));
    up();
    await waitUntil(isActive, { what: 'the transfer again', ...PATIENCE });
    writeFileSync(inFolder('go'), '');
    const isDone = async () =>
      (await queue.getJobState(jobId(`${inFolder('source')}/`, `later:${target}`))) === 'completed';
    await waitUntil(isDone, { what: 'its end', ...PATIENCE });
    expect(readFileSync(path.join(target, 'file-0'), 'utf8')).toBe('content of file-0\n');
  });
});
