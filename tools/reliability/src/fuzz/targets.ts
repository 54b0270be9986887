import assert from 'node:assert';
import { exitStatus, explain, MAX_LINE_BYTES, STDERR_BUFFER_CAP } from '@rsync-io/aux-channel';
import { Forwarder, LineSplitter, TailBuffer } from '@rsync-io/aux-channel/transport';

import type { TargetName } from './corpus.ts';

/** Runs the code under test on an input; throws if an invariant does not hold. */
export type Target = (input: Buffer) => void;

/** Splits the input into chunks, whose size its first two bytes determine. */
function* chunksOf(input: Buffer): Generator<Buffer> {
  const asked = 1 + ((input[0] ?? 0) << ((input[1] ?? 0) % 10));
  // A long input is never fed byte by byte, which would take too long.
  const size = Math.max(asked, input.length >> 10);
  for (let at = 2; at < input.length; at += size) yield input.subarray(at, at + size);
}

/** The joined lines are the stream; no line is too long; the window is the end of the stream. */
const lines: Target = (input) => {
  const stream = input.subarray(2);
  const parts: Buffer[] = [];
  const splitter = new LineSplitter((batch) => {
    batch.take(batch.count, 0).forEach(({ bytes }, i) => {
      const line = Buffer.from(batch.lineAt(i));
      assert(line.length <= MAX_LINE_BYTES, 'a line exceeds MAX_LINE_BYTES');
      assert(!line.includes(10), 'a line contains a newline');
      assert(line.equals(bytes), 'a taken line differs from its bytes');
      parts.push(line, batch.complete ? Buffer.of(10) : Buffer.alloc(0));
    });
  });
  const tail = new TailBuffer();
  for (const chunk of chunksOf(input)) {
    const lent = Buffer.from(chunk);
    splitter.push(lent);
    tail.append(lent);
    lent.fill(0);
  }
  splitter.end();
  const joined = Buffer.concat(parts).toString('latin1');
  // A CR before an LF belongs to the line ending.
  assert(
    joined === stream.toString('latin1').replaceAll('\r\n', '\n'),
    'the lines differ from the stream',
  );
  assert(tail.totalBytes === stream.length, 'bytes are missing from the count');
  const window = stream.subarray(-STDERR_BUFFER_CAP);
  assert(window.equals(Buffer.from(tail.toBytes())), 'the window is not the end of the stream');
};

/** `escape` passes nothing that a terminal interprets; `raw` passes everything. */
const forward: Target = (input) => {
  const shown: Buffer[] = [];
  const raw: Buffer[] = [];
  const to = (into: Buffer[]) => (bytes: Uint8Array) => void into.push(Buffer.from(bytes));
  const escaping = new Forwarder({ to: to(shown), policy: 'escape' });
  const passing = new Forwarder({ to: to(raw), policy: 'raw' });
  for (const chunk of chunksOf(input)) {
    for (const forwarder of [escaping, passing]) {
      const lent = Buffer.from(chunk);
      forwarder.push(lent);
      lent.fill(0);
    }
  }
  escaping.end();
  passing.end();
  assert(Buffer.concat(raw).equals(input.subarray(2)), 'raw differs from the input');
  const seen = Buffer.concat(shown);
  const text = seen.toString('utf8');
  assert(!text.includes('\ufffd') || input.toString().includes('\ufffd'), 'invalid UTF-8 passed');
  const harmless = text.replace(/\x1b\[(?:[0-9;:]*m|[012]?K)/g, '');
  assert(!/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(harmless), 'a control character passed');
};

/** The first byte is the exit status. Never throws; texts are short and printable. */
const explaining: Target = (input) => {
  const status = exitStatus(input[0] ?? 0);
  const { kind, summary, hint, evidence } = explain(input.subarray(1), status);
  assert((kind === 'success') === status.success, 'success and failure are confused');
  for (const line of [summary, hint, evidence ?? '']) {
    assert(line.length <= 240, 'a text is too long');
    assert(!/[\p{Cc}\u2028\u2029]/u.test(line), 'a text contains a control character');
  }
};

export const TARGETS: Record<TargetName, Target> = { lines, forward, explain: explaining };
