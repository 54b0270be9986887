// A tool: `tsx fixture.ts [--count N] [--of LIST] [--unsupported | --broken | --wait]`.
import { INTERRUPTED, interruption, UnsupportedError } from '../src/command.ts';
import { flag, number, tool, words } from '../src/tool.ts';

await tool({
  name: 'fixture',
  about: 'Returns a number.',
  options: {
    count: number('a number', 0, { min: 0, max: 9 }),
    of: words('letters', ['a', 'b', 'c']),
    unsupported: flag('needs the moon'),
    broken: flag('has a bug'),
    wait: flag('waits for Ctrl-C'),
  },
  exits: 'the number',
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
