import type { BenchCase } from '../bench-case.ts';
import * as processes from './processes.ts';
import * as remoteShell from './remote-shell.ts';
import * as rsync from './rsync.ts';
import * as streams from './streams.ts';

/** In the order of the modules, which is that of the report. */
export const cases: readonly BenchCase[] = [remoteShell, rsync, streams, processes].flatMap(
  (module) => Object.values(module) as BenchCase[],
);
