// A tool: `tsx fixture.ts [--count N] [--of LIST] [--unsupported | --broken | --wait]`.
import { command, INTERRUPTED, interruption, UnsupportedError } from '../src/command.ts';
import { parseList, parseNumber } from '../src/options.ts';

await command({
  name: 'fixture',
  help: 'Usage: npm run fixture\n',
  options: {
    count: { type: 'string', default: '0' },
    of: { type: 'string', default: 'a,b' },
    unsupported: { type: 'boolean', default: false },
    broken: { type: 'boolean', default: false },
    wait: { type: 'boolean', default: false },
  },
  read: ({ count, of, ...rest }) => ({
    ...rest,
    count: parseNumber('--count', count, { min: 0, max: 9, integer: true }),
    of: parseList('--of', of, ['a', 'b', 'c']),
  }),
  run: async ({ count, of, unsupported, broken, wait }) => {
    if (unsupported) throw new UnsupportedError('there is no moon; wait for the night.');
    if (broken) throw new Error('a bug');
    if (wait) {
      const signal = interruption();
      process.stdout.write('waiting\n');
      const timer = setInterval(() => {}, 1_000);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      process.stdout.write(`${(signal.reason as Error).message}\n`);
      if (count === 0) clearInterval(timer);
      return INTERRUPTED;
    }
    process.stdout.write(`${count} of ${of.join('+')}\n`);
    return count;
  },
});
