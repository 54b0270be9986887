import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Those of the programs that are not on PATH, nor where systems keep their daemons. */
export function missingPrograms(names: readonly string[]): string[] {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  const isThere = (name: string) =>
    folders.some((folder) => {
      try {
        accessSync(path.join(folder, name), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  return names.filter((name) => !isThere(name));
}
