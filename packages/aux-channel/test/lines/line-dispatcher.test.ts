import { afterEach, describe, expect, it } from 'vitest';
import { LineDispatcher } from '../../src/lines/line-dispatcher.js';
import { WarningQueue } from '../../src/lines/warning-queue.js';
import { stderrLineChannel, type StderrLineMessage } from '../../src/trait/diagnostics.js';

const published: [text: string, complete: boolean][] = [];
const listen = (message: unknown) => {
  const { line } = message as StderrLineMessage;
  published.push([line.text, line.complete]);
};
const subscribe = () => stderrLineChannel.subscribe(listen);
const unsubscribe = () => void stderrLineChannel.unsubscribe(listen);
afterEach(() => {
  unsubscribe();
  published.length = 0;
});

const dispatcherTo = (queue?: WarningQueue) => new LineDispatcher(queue, { label: '', pid: 0 });
const push = (dispatcher: LineDispatcher, text: string) => dispatcher.push(Buffer.from(text));

describe('published lines', () => {
  it('begin with the first complete line after a subscription', () => {
    const dispatcher = dispatcherTo();
    push(dispatcher, 'rm -rf (refused');
    subscribe();
    push(dispatcher, ' by policy)');
    push(dispatcher, ' yes\nline 2\n');
    expect(published).toEqual([['line 2', true]]);
  });

  it('never combine the parts of two lines', () => {
    const dispatcher = dispatcherTo();
    subscribe();
    push(dispatcher, 'rm -rf ');
    unsubscribe();
    push(dispatcher, '(refused by policy)\nline 2\nsaved in ');
    subscribe();
    push(dispatcher, '/home/user\nend\n');
    expect(published).toEqual([['end', true]]);
  });

  it('begin immediately if the subscription starts between two lines', () => {
    const dispatcher = dispatcherTo();
    push(dispatcher, 'unseen\n');
    push(dispatcher, '');
    subscribe();
    push(dispatcher, 'seen\nunfinished');
    dispatcher.end();
    expect(published).toEqual([
      ['seen', true],
      ['unfinished', false],
    ]);
  });

  it('omit a line whose start was not seen', () => {
    const dispatcher = dispatcherTo();
    push(dispatcher, 'start');
    subscribe();
    push(dispatcher, ' and end');
    dispatcher.end();
    expect(published).toEqual([]);
  });

  it('are complete for a subscriber that joins in the middle of a line delivered to a queue', () => {
    const queue = new WarningQueue();
    const dispatcher = dispatcherTo(queue);
    push(dispatcher, 'who');
    subscribe();
    push(dispatcher, 'le\n');
    expect(published).toEqual([['whole', true]]);
    expect(queue.take().map(({ text }) => text)).toEqual(['whole']);
  });
});
