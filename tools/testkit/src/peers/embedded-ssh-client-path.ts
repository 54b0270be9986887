import { fileURLToPath } from 'node:url';

/** Path of the program that replaces `ssh` on machines without it. Run it with Node. */
export function embeddedSshClient(): string {
  const fromSource = import.meta.url.endsWith('.ts');
  const file = fromSource ? '../../dist/embedded-ssh-client.js' : './embedded-ssh-client.js';
  return fileURLToPath(new URL(file, import.meta.url));
}
