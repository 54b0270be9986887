import path from 'node:path';
import { run } from './run.js';
import { ROOT } from './workspace.js';

/** @typedef {{ name: string, version: string | null }} Peer a real program that tests talk to; null: absent */

/** The same words that nx hashes, so that cached test results never outlive a change of peers. @returns {Promise<Peer[]>} */
export async function realPeers() {
  const script = path.join(ROOT, 'tools/peers/src/fingerprint.js');
  const { code, stdout, stderr } = await run([process.execPath, script], {
    cwd: ROOT,
    output: 'capture',
  });
  if (code !== 0) throw new Error(`${path.relative(ROOT, script)} failed: ${stderr.trim()}`);
  return parseFingerprint(stdout);
}

/**
 * @param {string} text one `name: version` or `name: absent` a line
 * @returns {Peer[]}
 */
export function parseFingerprint(text) {
  return text
    .split('\n')
    .map((line) => /^(\w+):\s*(.+?)\s*$/.exec(line))
    .filter((match) => match !== null)
    .map(([, name = '', version = '']) => ({
      name,
      version: version === 'absent' ? null : version,
    }));
}
