import { fileURLToPath } from 'node:url';

/** Small programs that tests and demos start as children. */
export type ProgramName =
  | 'act'
  | 'chatty-grandchild'
  | 'echo'
  | 'fake-remote-shell'
  | 'grandchild'
  | 'ignore-term'
  | 'prompt'
  | 'stderr-then-stdout'
  | 'write-stderr';

/** Absolute path of a program. Run it with Node. */
export function program(name: ProgramName): string {
  return fileURLToPath(new URL(`programs/${name}.mjs`, import.meta.url));
}

/** What `act` does, for the POSIX shell; see the file for the steps that it knows. */
export const ACT_FOR_SHELLS = fileURLToPath(new URL('programs/act.sh', import.meta.url));

/** A POSIX script in place of ssh, which runs the command here; see the file. */
export const FAKE_SSH = fileURLToPath(new URL('programs/fake-ssh', import.meta.url));
