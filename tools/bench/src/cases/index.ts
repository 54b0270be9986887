import type { BenchCase } from '../bench-case.js';
import { drain } from './drain.js';
import { lines } from './lines.js';
import { rsync } from './rsync.js';
import { spawn } from './spawn.js';
import { many, roundTrip, syncSpawn, wire } from './sync.js';
import { wait } from './wait.js';

/** In the order of the report. */
export const cases: readonly BenchCase[] = [
  drain,
  lines,
  spawn,
  rsync,
  wait,
  wire,
  roundTrip,
  syncSpawn,
  many,
];
