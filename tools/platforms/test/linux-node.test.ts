import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linuxNode } from '../src/linux-node.ts';
import { NodeUnavailableError } from '../src/platform.ts';

describe('a Node from the cache', () => {
  let cache: string;
  beforeEach(() => (cache = mkdtempSync(path.join(tmpdir(), 'rsync-io-node-'))));
  afterEach(() => rmSync(cache, { recursive: true }));

  const cached = (script: string) => {
    const folder = path.join(cache, 'node', `22-${process.arch}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'node'), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(folder, 'node'), 0o755);
    return folder;
  };
  const wanted = () =>
    linuxNode('22', (text) => expect.unreachable(`unexpected download: ${text}`), { cache });

  it('is used', async () => {
    cached('echo v22.5.1');
    expect((await wanted()).version).toBe('v22.5.1');
  });

  it.each(['echo v20.1.0', 'exit 1'])(
    'of another version is an error and is deleted (%s)',
    async (script) => {
      const folder = cached(script);
      await expect(wanted()).rejects.toThrow(NodeUnavailableError);
      expect(existsSync(path.join(folder, 'node'))).toBe(false);
    },
  );
});
