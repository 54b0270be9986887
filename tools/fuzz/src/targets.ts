import { exitStatus, explain, MAX_LINE_BYTES, STDERR_BUFFER_CAP } from '@rsync-io/aux-channel';
import { Forwarder, LineSplitter, TailBuffer } from '@rsync-io/aux-channel/transport';

/** Something to be fuzzed: throws when what it should hold does not hold. */
export type Target = (input: Buffer) => void;

export type TargetName = 'lines' | 'forward' | 'explain';

/** The first two bytes say how the rest comes in chunks. */
function* chunksOf(input: Buffer): Generator<Buffer> {
  const asked = 1 + ((input[0] ?? 0) << ((input[1] ?? 0) % 10));
  // A long input byte by byte would take all the time that others need.
  const size = Math.max(asked, input.length >> 10);
  for (let at = 2; at < input.length; at += size) yield input.subarray(at, at + size);
}

/** Lines joined again are the stream; no line is too long; the window is the stream's end. */
const lines: Target = (input) => {
  const stream = input.subarray(2);
  const parts: Buffer[] = [];
  const splitter = new LineSplitter((batch) => {
    batch.take(batch.count, 0).forEach(({ bytes }, i) => {
      const line = Buffer.from(batch.lineAt(i));
      hold(line.length <= MAX_LINE_BYTES, 'a line is longer than the longest');
      hold(!line.includes(10), 'a line holds a line end');
      hold(line.equals(bytes), 'a taken line is not its bytes');
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
  // A CR before an LF is a part of the line's end.
  hold(joined === stream.toString('latin1').replaceAll('\r\n', '\n'), 'lines are not the stream');
  hold(tail.totalBytes === stream.length, 'bytes were not counted');
  const window = stream.subarray(-STDERR_BUFFER_CAP);
  hold(window.equals(Buffer.from(tail.toBytes())), 'the window is not the end of the stream');
};

/** Nothing that a terminal obeys, whatever came; and what may pass, passes as it is. */
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
  hold(Buffer.concat(raw).equals(input.subarray(2)), 'raw is not what came');
  const seen = Buffer.concat(shown);
  const text = seen.toString('utf8');
  hold(
    !text.includes('\ufffd') || input.toString().includes('\ufffd'),
    'bytes that are no text were shown',
  );
  const harmless = text.replace(/\x1b\[(?:[0-9;:]*m|[012]?K)/g, '');
  hold(!/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(harmless), 'a control got through');
};

/** The first byte is the exit status; never throws, never says more than it may. */
const explaining: Target = (input) => {
  const status = exitStatus(input[0] ?? 0);
  const { kind, summary, hint, evidence } = explain(input.subarray(1), status);
  hold((kind === 'success') === status.success, 'success and failure are mixed up');
  for (const line of [summary, hint, evidence ?? '']) {
    hold(line.length <= 240, 'more than a line is said');
    hold(!/[\p{Cc}\u2028\u2029]/u.test(line), 'a control is said');
  }
};

export const TARGETS: Readonly<Record<TargetName, Target>> = {
  lines,
  forward,
  explain: explaining,
};

function hold(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}
