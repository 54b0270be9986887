import { describe, expect, it } from 'vitest';
import { InvalidOptionError, TransportStateError } from '../../src/trait/errors.js';
import { LineDispatcher } from '../../src/lines/line-dispatcher.js';
import { WarningQueue } from '../../src/lines/warning-queue.js';

const feed = (queue: WarningQueue, text: string) => {
  const dispatcher = new LineDispatcher(queue, { label: '', pid: 0 });
  dispatcher.push(Buffer.from(text));
  return dispatcher;
};

describe('WarningQueue', () => {
  it('drops and counts lines that do not fit, and keeps the order', () => {
    const queue = new WarningQueue({ capacity: 2 });
    const dispatcher = feed(queue, 'a\nb\nc\n');
    expect(queue.take(1).map((line) => line.text)).toEqual(['a']);
    dispatcher.push(Buffer.from('d\ne\n'));
    expect(queue.take().map((line) => [line.text, line.seq])).toEqual([
      ['b', 1],
      ['d', 3],
    ]);
    expect(queue.dropped).toBe(2);
    expect(dispatcher.dropped).toBe(2);
  });

  it('accepts any number of lines over time in bounded memory', () => {
    const queue = new WarningQueue({ capacity: 10 });
    const dispatcher = feed(queue, '');
    for (let i = 0; i < 5_000; i++) {
      dispatcher.push(Buffer.from(`${i}\n`));
      expect(queue.take(1)[0]?.text).toBe(String(i));
    }
    expect(queue.dropped).toBe(0);
  });

  it('can be iterated while it fills, and ends with the capture', async () => {
    const queue = new WarningQueue();
    const dispatcher = feed(queue, 'one\n');
    setTimeout(() => dispatcher.push(Buffer.from('two\nthree')), 5);
    setTimeout(() => dispatcher.end(), 10);
    const seen: string[] = [];
    for await (const line of queue) seen.push(line.text);
    expect(seen).toEqual(['one', 'two', 'three']);
    expect(queue.closed).toBe(true);
  });

  it('wakes one waiting consumer per line', async () => {
    const queue = new WarningQueue();
    const dispatcher = feed(queue, '');
    const [a, b] = [queue[Symbol.asyncIterator](), queue[Symbol.asyncIterator]()];
    const next = Promise.all([a.next(), b.next()]);
    dispatcher.push(Buffer.from('one\n'));
    await Promise.resolve();
    dispatcher.push(Buffer.from('two\n'));
    expect((await next).map(({ value }) => value?.text).sort()).toEqual(['one', 'two']);
    const last = a.next();
    dispatcher.end();
    expect(await last).toEqual({ value: undefined, done: true });
    expect(await b.next()).toEqual({ value: undefined, done: true });
  });

  it('frees the space of every line that an iteration has taken, by number and by bytes', async () => {
    const queue = new WarningQueue({ capacity: 64 });
    const dispatcher = feed(queue, '');
    const lines = queue[Symbol.asyncIterator]();
    let expected = 0;
    for (let round = 0; round < 50; round++) {
      // Half of what fits by bytes: two rounds fill the queue.
      for (const length of [16_000, 16_000])
        dispatcher.push(Buffer.from(`${'x'.repeat(length)}\n`));
      for (let i = 0; i < 2; i++) {
        const { value } = await lines.next();
        expect(value?.seq).toBe(expected++);
      }
    }
    expect(queue.dropped).toBe(0);
    expect(queue.length).toBe(0);
  });

  it('keeps the order when lines arrive while others wait', async () => {
    const queue = new WarningQueue({ capacity: 4 });
    const dispatcher = feed(queue, 'a\nb\nc\n');
    const lines = queue[Symbol.asyncIterator]();
    const seen: string[] = [];
    for (let i = 0; i < 40; i++) {
      seen.push((await lines.next()).value?.text ?? '');
      dispatcher.push(Buffer.from(`${i}\n`));
      expect(queue.length).toBe(3);
    }
    expect(seen.slice(0, 3)).toEqual(['a', 'b', 'c']);
    expect(seen.slice(3)).toEqual(Array.from({ length: 37 }, (_, i) => String(i)));
    expect(queue.take().map(({ text }) => text)).toEqual(['37', '38', '39']);
  });

  it('accepts lines up to its exact limit in bytes', () => {
    const fits = new WarningQueue({ capacity: 64 });
    feed(fits, `${'x'.repeat(32_768)}\n${'y'.repeat(32_768)}\n`);
    expect(fits.length).toBe(2);
    const doesNot = new WarningQueue({ capacity: 64 });
    feed(doesNot, `${'x'.repeat(32_768)}\n${'y'.repeat(32_769)}\n`);
    expect([doesNot.length, doesNot.dropped]).toEqual([1, 1]);
  });

  it('is full when it holds as many lines as its capacity', () => {
    const queue = new WarningQueue({ capacity: 2 });
    const dispatcher = feed(queue, 'a\n');
    expect(queue.full).toBe(false);
    dispatcher.push(Buffer.from('b\n'));
    expect(queue.full).toBe(true);
    queue.take(1);
    expect(queue.full).toBe(false);
  });

  it('counts both the continued and the new line when it is full', () => {
    const queue = new WarningQueue({ capacity: 1 });
    const dispatcher = feed(queue, 'kept\nbeg');
    dispatcher.push(Buffer.from('un\ntwo\nthree\nlas'));
    expect(queue.dropped).toBe(3);
    queue.take();
    dispatcher.push(Buffer.from('t\n'));
    expect(queue.take().map(({ text, seq }) => [text, seq])).toEqual([['last', 4]]);
  });

  it('delivers lines that are neither ASCII nor UTF-8', () => {
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

  it('holds at most 1 KiB per line of its capacity', () => {
    const queue = new WarningQueue({ capacity: 100 });
    const dispatcher = feed(queue, `${'x'.repeat(60_000)}\n`.repeat(50));
    expect(queue.length).toBe(1);
    expect(queue.dropped).toBe(49);
    queue.take();
    dispatcher.push(Buffer.from(`${'y'.repeat(999)}\n`.repeat(200)));
    expect(queue.length).toBe(100);
    for (let i = 0; i < 50; i++) queue.take(1);
    dispatcher.push(Buffer.from(`${'z'.repeat(30_000)}\n`.repeat(3)));
    expect(queue.length).toBe(51);
  });

  it('serves one channel only', () => {
    const queue = new WarningQueue();
    feed(queue, '');
    expect(() => feed(queue, '')).toThrow(TransportStateError);
    expect(() => feed(queue, '')).toThrow('A WarningQueue serves one channel; make one for each.');
  });

  it.each([0, -1, 1.5, Number.NaN])('rejects a capacity of %d', (capacity) => {
    expect(() => new WarningQueue({ capacity })).toThrow(InvalidOptionError);
    expect(() => new WarningQueue({ capacity })).toThrow(
      `capacity must be a positive integer. Received ${capacity}.`,
    );
  });

  it.each([-1, 1.5, Number.NaN, -Infinity, null, '1'])('rejects taking %o lines', (max) => {
    const queue = new WarningQueue();
    feed(queue, 'a\nb\n');
    expect(() => queue.take(max as number)).toThrow(InvalidOptionError);
    expect(() => queue.take(max as number)).toThrow(
      'max must be an integer from 0 on, or Infinity. Received ',
    );
    expect(queue.take().map(({ text }) => text)).toEqual(['a', 'b']);
  });

  it('takes none, some or all lines without loss', () => {
    const queue = new WarningQueue();
    feed(queue, 'a\nb\nc\n');
    expect(queue.take(0)).toEqual([]);
    expect(queue.take(1).map(({ text }) => text)).toEqual(['a']);
    expect(queue.take(undefined).map(({ text }) => text)).toEqual(['b', 'c']);
    expect(queue.take(Infinity)).toEqual([]);
  });

  it('can be iterated in batches of all waiting lines, and ends with the capture', async () => {
    const queue = new WarningQueue();
    const dispatcher = feed(queue, 'one\ntwo\n');
    const batches: string[][] = [];
    for await (const lines of queue.batches()) {
      batches.push(lines.map(({ text }) => text));
      if (batches.length === 1) setImmediate(() => dispatcher.push(Buffer.from('three\nfour')));
      if (batches.length === 2) setImmediate(() => dispatcher.end());
    }
    expect(batches).toEqual([['one', 'two'], ['three'], ['four']]);
  });
});
