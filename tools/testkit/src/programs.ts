import { fileURLToPath } from 'node:url';

/** Small programs that tests and demos start as children. */
export type ProgramName =
  | 'act'
  | 'chatty-grandchild'
  | 'fake-remote-shell'
  | 'grandchild'
  | 'ignore-term'
  | 'stderr-then-stdout'
  | 'write-stderr';

/** Absolute path of a program. Run it with Node. */
export function program(name: ProgramName): string {
  return fileURLToPath(new URL(`programs/${name}.mjs`, import.meta.url));
}

/**
 * The command line of a child that performs the given steps: `act.sh` if that knows all of them, because a
 * shell starts in a hundredth of the time that Node takes; otherwise `act.mjs`.
 */
export function actor(steps: readonly string[]): [file: string, ...words: string[]] {
  const shellCan = steps.every((it) =>
    /^(?:(?:out|err|zeros|sleep|exit|close):|(?:cat|drain|count|line)$)/.test(it),
  );
  return shellCan && process.platform !== 'win32'
    ? ['/bin/sh', fileURLToPath(new URL('programs/act.sh', import.meta.url)), ...steps]
    : [process.execPath, program('act'), ...steps];
}

/** A POSIX script in place of ssh, which runs the command here; see the file. */
export const FAKE_SSH = fileURLToPath(new URL('programs/fake-ssh', import.meta.url));
