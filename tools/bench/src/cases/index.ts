import type { BenchCase } from '../bench-case.js';
import { blob } from './blob.js';
import { drain } from './drain.js';
import { forward } from './forward.js';
import { limit } from './limit.js';
import { lines } from './lines.js';
import { many, sequential } from './many.js';
import { rsync, rsyncFiles, start } from './rsync.js';
import { scaling } from './scaling.js';
import { spawn } from './spawn.js';
import { stalled } from './stalled.js';
import { roundTrip, syncSpawn, wire } from './sync.js';
import { wait } from './wait.js';
import { wireAsync } from './wire-async.js';

/** In the order of the report. */
export const cases: readonly BenchCase[] = [
  limit,
  drain,
  lines,
  stalled,
  forward,
  blob,
  spawn,
  syncSpawn,
  wire,
  wireAsync,
  roundTrip,
  many,
  sequential,
  scaling,
  rsync,
  rsyncFiles,
  start,
  wait,
];
