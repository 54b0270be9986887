import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync } from 'node:fs';
import { devNull } from 'node:os';
import { type Flood, floodFile } from './flood.ts';

/** `close` ends the destination, and resolves when it has accepted all bytes. */
export function openSink(flood: Flood) {
  if (flood.sink === 'cat') {
    const cat = spawn('cat', [], { stdio: ['pipe', 'ignore', 'inherit'] });
    const ended = once(cat, 'exit');
    return { target: cat.stdin, close: () => (cat.stdin.end(), ended) };
  }
  const file = floodFile(flood);
  const target = openSync(flood.sink === 'file' ? file : devNull, 'w');
  rmSync(file, { force: true });
  return { target, close: () => closeSync(target) };
}
