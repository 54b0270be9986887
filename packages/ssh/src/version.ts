import { createRequire } from 'node:module';

export function packageVersion(): string {
  const require = createRequire(import.meta.url);
  return (require('@rsync-io/ssh/package.json') as { version: string }).version;
}
