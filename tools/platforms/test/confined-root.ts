import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PACKAGES, ROOT } from '@rsync-io/kit/workspace';

/**
 * Creates a root file system like those of images without a distribution: this Node, the libraries that it needs, the
 * packages, and nothing else.
 */
export function createRoot(root: string): void {
  const put = (file: string, target = file) => {
    mkdirSync(path.join(root, path.dirname(target)), { recursive: true });
    cpSync(realpathSync(file), path.join(root, target), { recursive: true });
  };
  chmodSync(root, 0o755);
  put(process.execPath, '/node');
  const libraries = execFileSync('ldd', [process.execPath], { encoding: 'utf8' });
  for (const [library] of libraries.matchAll(/\/\S+/g)) put(library);
  const modules = path.join(ROOT, 'node_modules');
  for (const name of ['koffi', `@koromix/koffi-linux-${process.arch}`]) {
    put(path.join(modules, name), path.join('/app/node_modules', name));
  }
  for (const { name } of PACKAGES) {
    for (const part of ['package.json', 'dist']) {
      const target = path.join('/app/node_modules/@rsync-io', name, part);
      put(path.join(ROOT, 'packages', name, part), target);
    }
  }
}

export const addFile = (root: string, name: string, text: string) =>
  writeFileSync(path.join(root, 'app', name), text);

/**
 * Runs a file of /app with the root read-only, as user 65534 in its own mount and PID namespaces, without /proc, /dev
 * and environment variables.
 */
export function runConfined(
  root: string,
  file: string,
  args: readonly string[] = [],
  nodeOptions: readonly string[] = [],
) {
  const script = `mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" &&
    exec env -i "$(command -v chroot)" --userspec=65534:65534 "$0" /node "$@"`;
  const namespaces = ['-m', '-p', '-f', '--kill-child', '--propagation', 'private'];
  const node = [...nodeOptions, `/app/${file}`, ...args];
  const command = [...namespaces, 'sh', '-c', script, root, ...node];
  const { status, stdout, stderr } = spawnSync('unshare', command, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 300_000,
  });
  return { status, stdout, stderr };
}
