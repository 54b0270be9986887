import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { serveDashboard } from './dashboard.ts';
import { addTransfers, connection, openQueue } from './queue.ts';
import { startRedis } from './redis.ts';
import { work } from './worker.ts';

const HELP = `Usage: fleet up [--data FOLDER] [--dashboard PORT] [--jobs N]
       fleet work [--jobs N]
       fleet add [--attempts N] [--backoff SECONDS] < FILE
       fleet status

up      start Redis on this machine, with its data in FOLDER (fleet-data), the dashboard on
        http://127.0.0.1:PORT (3000), and a worker
work    a further worker, on any machine: N transfers at once (8), until Ctrl-C
add     add a transfer by rsync for each line SOURCE<tab>TARGET; one that was added before is not repeated.
        A transfer that failed is repeated if that can help, N times at most (10), first after SECONDS (5)
status  print the number of jobs in each state as JSON

REDIS_URL  where Redis is (redis://127.0.0.1:6379); workers on other machines need it
RSYNC_RSH  the remote shell of the workers (ssh)
`;

const option = (value: string) => ({ type: 'string', default: value }) as const;
const options = {
  data: option('fleet-data'),
  dashboard: option('3000'),
  jobs: option('8'),
  attempts: option('10'),
  backoff: option('5'),
  help: { type: 'boolean' },
} as const;

try {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [command] = positionals;
  const number = (name: 'dashboard' | 'jobs' | 'attempts' | 'backoff') => {
    if (/^\d{1,6}$/.test(values[name])) return Number(values[name]);
    throw new Error(`--${name} takes a whole number, not '${values[name]}'.`);
  };
  if (values.help) process.stdout.write(HELP);
  else if (command === 'up') {
    const port = Number(new URL(connection.url).port || 6379);
    await using _redis = await startRedis(port, values.data);
    await using queue = disposable(openQueue());
    await using _dashboard = serveDashboard(queue, number('dashboard'));
    process.stderr.write(`Dashboard: http://127.0.0.1:${number('dashboard')}\n`);
    await work(number('jobs'));
  } else if (command === 'work') await work(number('jobs'));
  else if (command === 'add') {
    await using queue = disposable(openQueue());
    const lines = (await text(process.stdin)).split('\n').filter((line) => line !== '');
    const limits = { attempts: number('attempts'), backoff: number('backoff') };
    process.stdout.write(`${await addTransfers(queue, lines, limits)} transfers\n`);
  } else if (command === 'status') {
    await using queue = disposable(openQueue());
    process.stdout.write(`${JSON.stringify(await queue.getJobCounts())}\n`);
  } else throw new Error('Name a command: up, work, add or status.');
} catch (error) {
  process.stderr.write(`fleet: ${(error as Error).message}\nTry --help.\n`);
  process.exitCode = 1;
}

function disposable<T extends { close(): Promise<void> }>(closable: T): T & AsyncDisposable {
  return Object.assign(closable, { [Symbol.asyncDispose]: () => closable.close() });
}
