import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** Runs a program without arguments. Returns what it prints. */
function run(name: string): string {
  const file = path.join(import.meta.dirname, `../${name}.mjs`);
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

describe('the pino example', () => {
  it('logs the lines of each connection, and how it ended', () => {
    const records = run('src/pino')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
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

/** SpanKind and SpanStatusCode of @opentelemetry/api, whose ES module Vitest cannot load. */
const [CLIENT, UNSET, ERROR] = [2, 0, 2];

interface Exported {
  readonly spans: readonly object[];
  readonly metrics: readonly {
    readonly descriptor: { readonly name: string; readonly unit: string };
    readonly dataPoints: readonly object[];
  }[];
}

describe('the OpenTelemetry example', () => {
  it('exports a span for each connection, with its lines and its cause, and the documented metrics', () => {
    const { spans, metrics } = JSON.parse(run('test/programs/export-in-memory')) as Exported;
    const name = path.basename(process.execPath);
    expect(spans).toMatchObject([
      {
        name,
        kind: CLIENT,
        attributes: { 'server.address': '127.0.0.1', 'process.executable.name': name },
        status: { code: UNSET },
        events: [{ name: 'stderr', attributes: { text: 'disk almost full', seq: 0 } }],
      },
      {
        attributes: { 'process.exit.code': 127, 'error.type': 'command-not-found' },
        status: { code: ERROR, message: 'the remote command was not found' },
      },
      {
        attributes: { 'process.exit.code': 255, 'error.type': 'auth' },
        status: { code: ERROR },
      },
    ]);
    const points = (metric: string) =>
      metrics.find(({ descriptor }) => descriptor.name === metric)?.dataPoints;
    const host = { 'server.address': '127.0.0.1', 'process.executable.name': name };
    expect(points('rsync_io.connection.active')).toMatchObject([{ attributes: host, value: 0 }]);
    expect(points('rsync_io.connection.duration')).toMatchObject([
      { attributes: host, value: { count: 1 } },
      { attributes: { ...host, 'error.type': 'command-not-found' }, value: { count: 1 } },
      { attributes: { ...host, 'error.type': 'auth' }, value: { count: 1 } },
    ]);
    expect(points('rsync_io.stderr.io')).toMatchObject([{ attributes: host }]);
    expect(points('rsync_io.stderr.lines')).toMatchObject([{ attributes: host, value: 3 }]);
    expect(points('rsync_io.stderr.fallbacks')).toMatchObject([{ value: 1 }]);

    const docs = readFileSync(path.join(import.meta.dirname, '../../docs/observation.md'), 'utf8');
    for (const { descriptor } of metrics) {
      expect(docs).toContain(`| \`${descriptor.name}\``);
      expect(docs).toContain(`| ${descriptor.unit}`);
    }
  });

  it('prints both', () => {
    const output = run('src/opentelemetry');
    expect(output).toContain("'error.type': 'command-not-found'");
    expect(output).toContain("name: 'rsync_io.connection.duration'");
  });
});
