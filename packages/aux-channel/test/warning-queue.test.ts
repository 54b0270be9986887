import { describe, expect, it } from 'vitest';
import { TransportStateError } from '../src/errors.js';
import { LineFanout } from '../src/warnings/line-fanout.js';
import { WarningQueue } from '../src/warnings/warning-queue.js';

const feed = (queue: WarningQueue, text: string) => {
  const fanout = new LineFanout(queue, { label: '', pid: 0 });
  fanout.push(Buffer.from(text));
  return fanout;
};

describe('WarningQueue', () => {
  it('drops what finds no room, keeps the order, and counts', () => {
    const queue = new WarningQueue({ capacity: 2 });
    const fanout = feed(queue, 'a\nb\nc\n');
    expect(queue.take(1).map((line) => line.text)).toEqual(['a']);
    fanout.push(Buffer.from('d\ne\n'));
    expect(queue.take().map((line) => [line.text, line.seq])).toEqual([
      ['b', 1],
      ['d', 3],
    ]);
    expect(queue.dropped).toBe(2);
    expect(fanout.dropped).toBe(2);
  });

  it('takes any number of lines over time in bounded memory', () => {
    const queue = new WarningQueue({ capacity: 10 });
    const fanout = feed(queue, '');
    for (let i = 0; i < 5_000; i++) {
      fanout.push(Buffer.from(`${i}\n`));
      expect(queue.take(1)[0]?.text).toBe(String(i));
    }
    expect(queue.dropped).toBe(0);
  });

  it('can be iterated while it fills, and ends when the capture does', async () => {
    const queue = new WarningQueue();
    const fanout = feed(queue, 'one\n');
    setTimeout(() => fanout.push(Buffer.from('two\nthree')), 5);
    setTimeout(() => fanout.end(), 10);
    const seen: string[] = [];
    for await (const line of queue) seen.push(line.text);
    expect(seen).toEqual(['one', 'two', 'three']);
    expect(queue.closed).toBe(true);
  });

  it('gives lines with text that need not be ASCII or UTF-8', () => {
    const queue = new WarningQueue();
    feed(queue, 'plain\n').push(Buffer.from([0x47, 0xc3, 0xb6, 0x0a, 0xff, 0x0a]));
    const lines = queue.take();
    expect(lines.map((line) => line.text)).toEqual(['plain', 'Gö', '\ufffd']);
    expect([...(lines[2]?.bytes ?? [])]).toEqual([0xff]);
    expect(JSON.parse(JSON.stringify(lines[0]))).toMatchObject({
      text: 'plain',
      seq: 0,
      complete: true,
    });
  });

  it('holds no more bytes than its lines would have at 1 KiB each, however long they are', () => {
    const queue = new WarningQueue({ capacity: 100 });
    const fanout = feed(queue, `${'x'.repeat(60_000)}\n`.repeat(50));
    expect(queue.length).toBe(1);
    expect(queue.dropped).toBe(49);
    queue.take();
    fanout.push(Buffer.from(`${'y'.repeat(999)}\n`.repeat(200)));
    expect(queue.length).toBe(100);
    for (let i = 0; i < 50; i++) queue.take(1);
    fanout.push(Buffer.from(`${'z'.repeat(30_000)}\n`.repeat(3)));
    expect(queue.length).toBe(51);
  });

  it('serves one channel only', () => {
    const queue = new WarningQueue();
    feed(queue, '');
    expect(() => feed(queue, '')).toThrow(TransportStateError);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a capacity of %d', (capacity) => {
    expect(() => new WarningQueue({ capacity })).toThrow(RangeError);
  });
});
