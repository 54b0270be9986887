import { buildPackages } from '@rsync-io/kit/build';
import { flag, number, tool } from '@rsync-io/kit/tool';
import { readPlatform, thisPlatform } from './platform.ts';

await tool({
  name: 'parity',
  about: `Copies files with a real rsync through a real sshd, once with plain ssh and once with every transport, backend
and state of the flag, and compares byte by byte: stderr as shown, as captured and as surfaced on error, exit codes,
and the files. On Linux it also runs the family "as ssh": commands with ssh and with rsync-io-ssh in its place.
Prints every difference, and writes reports/parity-<platform>.json.`,
  options: {
    platform: {
      help: `linux, macos or windows (default: ${thisPlatform()}). On Linux, windows runs under Wine. On
                     Windows, recorded runs are replayed instead of real programs`,
      value: 'NAME',
      read: ([text = thisPlatform()], name) => readPlatform(text, name),
    },
    smoke: flag('one scenario of each group'),
    only: {
      help: 'only scenarios with one of these in their name (default: all)',
      value: 'NAME,…',
      read: ([text = '']) => text.split(',').filter((name) => name !== ''),
    },
    jobs: number('concurrent rows', 2, { min: 1, max: 16 }),
    record: flag('run everything, and record what plain ssh wrote, for Windows'),
  },
  exits: '0 all equal; 1 something differs; 3 unsupported system',
  run: async (request) => {
    // Under Wine everything is built already.
    if (process.platform !== 'win32') await buildPackages();
    const { parity } = await import('./parity.ts');
    const everything = { platform: thisPlatform(), only: [], smoke: false };
    return parity({ ...request, ...(request.record && everything) });
  },
});
