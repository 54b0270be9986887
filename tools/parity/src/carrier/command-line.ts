import { fileURLToPath } from 'node:url';
import { FLAG } from '../flag.js';
import type { Carrier } from './carrier.js';
import type { Plant } from './plant.js';

/** Everything of this tool is built into one folder. */
const program = (name: string) => fileURLToPath(new URL(`${name}.js`, import.meta.url));
const rsyncIoSsh = () => {
  const index = fileURLToPath(import.meta.resolve('@rsync-io/ssh'));
  return index.replace(/dist[\\/]index\.js$/, 'bin/rsync-io-ssh.js');
};

/**
 * The words that start `program` by a carrier; its arguments follow.
 *
 * @param report where the transport's report goes, if it makes one
 */
export function commandLine(
  carrier: Carrier,
  { program: carried, report, plant }: { program: string; report: string; plant?: Plant },
): { words: readonly string[]; env: Readonly<Record<string, string>> } {
  switch (carrier.kind) {
    case 'ssh':
      return { words: [carried], env: {} };
    case 'command':
      return {
        words: [process.execPath, rsyncIoSsh()],
        env: { RSYNC_IO_SSH_PROGRAM: carried },
      };
    default:
      return {
        words: [
          process.execPath,
          ...(carrier.flag === 'on' ? ['-C', FLAG] : []),
          program('carry'),
          ...['--transport', carrier.kind, '--backend', carrier.backend, '--report', report],
          ...(plant === undefined ? [] : ['--plant', plant]),
          ...['--', carried],
        ],
        env: {},
      };
  }
}
