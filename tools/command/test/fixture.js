// A tool: `node fixture.js [--count N] [--of LIST] [--wait]`.
import {
  command,
  INTERRUPTED,
  interruption,
  listed,
  NotHereError,
  number,
} from '@rsync-io/command';

await command({
  name: 'fixture',
  help: 'Usage: npm run fixture\n',
  options: {
    count: { type: 'string', default: '0' },
    of: { type: 'string', default: 'a,b' },
    absent: { type: 'boolean', default: false },
    broken: { type: 'boolean', default: false },
    wait: { type: 'boolean', default: false },
  },
  read: ({ count, of, ...rest }) => ({
    ...rest,
    count: number('--count', count, { least: 0, most: 9, whole: true }),
    of: listed('--of', of, ['a', 'b', 'c']),
  }),
  run: async ({ count, of, absent, broken, wait }) => {
    if (absent) throw new NotHereError('there is no moon; wait for the night.');
    if (broken) throw new Error('a bug');
    if (wait) {
      const signal = interruption();
      process.stdout.write('waiting\n');
      const alive = setInterval(() => {}, 1_000);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      process.stdout.write(`${signal.reason.message}\n`);
      if (count === 0) clearInterval(alive);
      return INTERRUPTED;
    }
    process.stdout.write(`${count} of ${of.join('+')}\n`);
    return count;
  },
});
