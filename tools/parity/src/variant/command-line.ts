import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { conditions } from '@rsync-io/kit/workspace';
import type { InjectedBug } from './injected-bugs.ts';
import type { Variant } from './variant.ts';

const rsyncIoSsh = () => {
  const manifest = fileURLToPath(import.meta.resolve('@rsync-io/ssh/package.json'));
  return path.join(path.dirname(manifest), 'bin/rsync-io-ssh.js');
};

export interface CommandLineOptions {
  /** The remote shell that the variant starts. */
  readonly program: string;
  /** Folder of the compiled programs. */
  readonly programs: string;
  /** Where a transport writes its report. */
  readonly report: string;
  readonly bug?: InjectedBug;
}

/** The words that start a program by a variant; the program's arguments follow. */
export function commandLine(
  variant: Variant,
  { program, programs, report, bug }: CommandLineOptions,
): { words: readonly string[]; env: Readonly<Record<string, string>> } {
  switch (variant.kind) {
    case 'ssh':
      return { words: [program], env: {} };
    case 'command':
      return {
        words: [process.execPath, rsyncIoSsh()],
        env: { RSYNC_IO_SSH_PROGRAM: program },
      };
    default:
      return {
        words: [
          process.execPath,
          ...conditions(variant.flag),
          path.join(programs, 'remote-shell.mjs'),
          ...['--transport', variant.kind, '--backend', variant.backend, '--report', report],
          ...(bug === undefined ? [] : ['--bug', bug]),
          ...['--', program],
        ],
        env: {},
      };
  }
}
