import { fstatSync } from 'node:fs';
import { parseRunArguments, type RunRequest } from './arguments.js';
import { HostRun } from './host-run.js';
import { type HostResult, notStarted } from './host-result.js';
import { hostsOf } from './hosts.js';
import { Interruption } from './interruption.js';
import { Screen } from './screen.js';
import { formatTable, totalsOf } from './table.js';
import { usage } from './usage.js';

/** The shells' convention: 128 plus the number of the signal (signal(7)). */
const EXIT_AFTER = { SIGHUP: 129, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const;

export async function runCommand(argv: readonly string[]): Promise<number> {
  const request = parseRunArguments(argv);
  if (request !== null) return run(request, hostsOf(request.hosts, request.hostsFile));
  process.stdout.write(usage);
  return 0;
}

async function run(request: RunRequest, hosts: readonly string[]): Promise<number> {
  const stdout = new Screen(process.stdout);
  const stderr = isOneDestination() ? stdout : new Screen(process.stderr);
  const running = new Set<HostRun>();
  const results: HostResult[] = hosts.map(notStarted);
  using interruption = new Interruption(
    () => running.forEach((hostRun) => hostRun.interrupt()),
    () => running.forEach((hostRun) => hostRun.kill()),
    request.ssh.isHangupIgnored,
  );
  const start = performance.now();
  let done = 0;
  let failed = 0;
  const printJson = (document: object) => stdout.print(`${JSON.stringify(document)}\n`);
  const showProgress = () =>
    stderr.progress(`${done} of ${hosts.length} done, ${failed} failed, ${running.size} running`);

  const queue = hosts.entries();
  const worker = async () => {
    for (const [i, host] of queue) {
      if (interruption.by !== null) return;
      const hostRun = new HostRun(host, request, request.json ? null : { stdout, stderr });
      running.add(hostRun);
      showProgress();
      const { result, output } = await hostRun.result();
      running.delete(hostRun);
      results[i] = result;
      done += 1;
      if (result.outcome !== 'ok') failed += 1;
      showProgress();
      if (request.json) await printJson({ ...result, ...output });
    }
  };
  await Promise.all(Array.from({ length: Math.min(request.jobs, hosts.length) }, worker));

  stderr.progress('');
  if (request.json) {
    const durationMs = Math.round(performance.now() - start);
    for (const result of results) {
      if (result.outcome === 'not-started') await printJson(result);
    }
    const { by: interruptedBy } = interruption;
    await printJson({ summary: { ...totalsOf(results), durationMs, interruptedBy } });
  } else {
    // As https://no-color.org requires, an empty value has no effect.
    const colors = stderr.isTTY && !process.env['NO_COLOR'];
    await stderr.print(`\n${formatTable(results, colors)}`);
  }
  if (interruption.by !== null) return EXIT_AFTER[interruption.by];
  return failed === 0 ? 0 : 1;
}

/** Whether stdout and stderr are the same file: a terminal, or a pipe after `2>&1`. */
function isOneDestination(): boolean {
  try {
    const [stdout, stderr] = [fstatSync(1), fstatSync(2)];
    return stdout.dev === stderr.dev && stdout.ino === stderr.ino;
  } catch {
    // One of them is closed.
    return false;
  }
}
