import { fileURLToPath } from 'node:url';

/** The program that stands in for `ssh` on machines without it, to be run by Node. */
export function embeddedSshClient(): string {
  const fromSource = import.meta.url.endsWith('.ts');
  const file = fromSource ? '../../dist/embedded-ssh-client.js' : './embedded-ssh-client.js';
  return fileURLToPath(new URL(file, import.meta.url));
}
