import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const BASE = '/sys/fs/cgroup';

/** Files of control groups, version 2 and 1, with their values for 0.2 of a processor and 64 MiB. */
const VERSION_2 = { 'cpu.max': '20000 100000', 'memory.max': '64M' };
const VERSION_1 = {
  'cpu/cpu.cfs_quota_us': '20000',
  'memory/memory.limit_in_bytes': '64M',
};

/** A control group with 0.2 of a processor and 64 MiB. */
export class ControlGroup implements Disposable {
  readonly #folders: readonly string[];

  /** Throws if control groups cannot be created here. */
  constructor(name: string) {
    const isUnified = existsSync(path.join(BASE, 'cgroup.controllers'));
    const files = Object.entries(isUnified ? VERSION_2 : VERSION_1).map(([file, value]) => {
      const folder = path.join(BASE, path.dirname(file), name);
      return { folder, file: path.join(folder, path.basename(file)), value };
    });
    this.#folders = [...new Set(files.map(({ folder }) => folder))];
    for (const folder of this.#folders) mkdirSync(folder);
    for (const { file, value } of files) writeFileSync(file, value);
  }

  /** A command that joins the group and then runs the one that follows. */
  get enter(): string[] {
    const join = this.#folders.map((folder) => `echo $$ >${folder}/cgroup.procs`).join(' && ');
    return ['sh', '-c', `${join} && exec "$0" "$@"`];
  }

  [Symbol.dispose](): void {
    for (const folder of this.#folders) rmdirSync(folder);
  }
}
