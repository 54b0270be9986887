import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compilePrograms } from '@rsync-io/kit/programs';

const PROBE = path.join(import.meta.dirname, '../probe');

/** The folders of all cases, and the compiled programs. */
export class WorkDir {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-faults-'));
  /** Folder of the compiled programs. */
  readonly programs: string;
  #next = 0;

  private constructor(programs: string) {
    this.programs = programs;
  }

  static async create(): Promise<WorkDir> {
    const names = ['main', 'thread-id-backend', 'faulty-backend', 'without-koffi'];
    const entries = names.map((name) => [name, path.join(PROBE, `${name}.ts`)]);
    return new WorkDir(
      await compilePrograms(Object.fromEntries(entries) as Record<string, string>),
    );
  }

  /** Creates a folder with the bytes that a case sends and writes. */
  case(wireBytes: number, payloadBytes: number): string {
    const folder = path.join(this.folder, String((this.#next += 1)));
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'wire'), payloadOf(wireBytes, 'wire'));
    writeFileSync(path.join(folder, 'payload'), payloadOf(payloadBytes, 'line'));
    return folder;
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Numbered lines, cut to the size: a lost, repeated or moved byte never yields another line. */
export function payloadOf(bytes: number, word: string): Buffer {
  const lines: string[] = [];
  for (let length = 0, i = 0; length < bytes; i++) {
    const line = `${word} ${String(i).padStart(7, '0')}\n`;
    length += line.length;
    lines.push(line);
  }
  return Buffer.from(lines.join('')).subarray(0, bytes);
}
