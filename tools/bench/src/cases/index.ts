import type { BenchCase } from '../bench-case.ts';
import { escape } from './escape.ts';
import { forward } from './forward.ts';
import { limit } from './limit.ts';
import {
  many,
  roundTrip,
  sequential,
  spawn,
  syncSpawn,
  wait,
  wire,
  wireAsync,
} from './processes.ts';
import { rsync, rsyncFiles, start } from './rsync.ts';
import { blob, drain, lines, stalled } from './streams.ts';

/** In the order of the report. */
export const cases: readonly BenchCase[] = [
  ...[limit, drain, lines, stalled, forward, escape, blob],
  ...[spawn, syncSpawn, wire, wireAsync, roundTrip, many, sequential],
  ...[rsync, rsyncFiles, start, wait],
];
