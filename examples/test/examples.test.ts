import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** The JSON lines that an example prints when it is run without arguments. */
function run(name: string): Record<string, unknown>[] {
  const file = path.join(import.meta.dirname, `../src/${name}.mjs`);
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the pino example', () => {
  it('logs the lines of each connection, and how it ended', () => {
    const records = run('pino');
    const messages = records.map(({ level, msg }) => [level, msg]);
    expect(messages).toEqual([
      [30, 'connecting'],
      [40, 'disk almost full'],
      [30, 'done'],
      [30, 'connecting'],
      [40, expect.stringMatching(/no-such-program: .*not found/)],
      [50, 'the remote command was not found'],
      [30, 'connecting'],
      [40, expect.stringMatching(/Permission denied \(publickey\)\.$/)],
      [50, 'the host accepted none of the offered keys or passwords'],
    ]);
    expect(records[5]).toMatchObject({ host: '127.0.0.1', code: 127, kind: 'command-not-found' });
    expect(new Set(records.map(({ pid }) => pid)).size).toBe(3);
  });
});

describe('the OpenTelemetry example', () => {
  it('has one span for each connection, with its lines and its cause', () => {
    const spans = run('opentelemetry');
    expect(spans).toMatchObject([
      {
        name: 'ssh 127.0.0.1',
        status: { code: 0 },
        events: [{ text: 'disk almost full', seq: 0 }],
      },
      {
        attributes: { 'process.exit.code': 127, 'error.type': 'command-not-found' },
        status: { code: 2, message: 'the remote command was not found' },
      },
      { attributes: { 'process.exit.code': 255, 'error.type': 'auth' }, status: { code: 2 } },
    ]);
  });
});
