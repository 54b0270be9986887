import type { BenchCase } from '../bench-case.ts';
import { blob } from './blob.ts';
import { drain } from './drain.ts';
import { escape } from './escape.ts';
import { forward } from './forward.ts';
import { limit } from './limit.ts';
import { lines } from './lines.ts';
import { many, sequential } from './many.ts';
import { rsync, rsyncFiles, start } from './rsync.ts';
import { scaling } from './scaling.ts';
import { spawn } from './spawn.ts';
import { stalled } from './stalled.ts';
import { roundTrip, syncSpawn, wire } from './sync.ts';
import { wait } from './wait.ts';
import { wireAsync } from './wire-async.ts';

/** In the order of the report. */
export const cases: readonly BenchCase[] = [
  limit,
  drain,
  lines,
  stalled,
  forward,
  escape,
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
