import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Watchdog } from '../../src/child/watchdog.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Times at which a watchdog called back, after bytes moved at the given times. Unit: milliseconds. */
function calledAt(timeoutMs: number, movedAt: readonly number[]): number | null {
  const start = performance.now();
  let moved = 0;
  let called: number | null = null;
  const dog = new Watchdog(
    timeoutMs,
    () => moved,
    () => (called = performance.now() - start),
  );
  for (const at of movedAt) setTimeout(() => (moved += 1), at);
  vi.advanceTimersByTime(60_000);
  dog.cancel();
  return called;
}

describe('a watchdog', () => {
  it.each([[[]], [[990]], [[100, 1_050, 1_951]], [[3, 8, 13, 400, 1_399]]])(
    'barks a timeout after the last of the bytes at %j, and no more than 10 ms later',
    (movedAt) => {
      const due = (movedAt.at(-1) ?? 0) + 1_000;
      const at = calledAt(1_000, movedAt);
      expect(at).toBeGreaterThanOrEqual(due);
      expect(at).toBeLessThanOrEqual(due + 12);
    },
  );

  it('fires once, and not after it is cancelled', () => {
    const barks = vi.fn();
    const dogs = [1, 2].map(() => new Watchdog(100, () => 0, barks));
    dogs[0]?.cancel();
    vi.advanceTimersByTime(1_000);
    expect(barks).toHaveBeenCalledTimes(1);
  });

  it('leaves no timer after it is cancelled', () => {
    const dog = new Watchdog(100, () => 0, vi.fn());
    expect(vi.getTimerCount()).toBe(1);
    dog.cancel();
    expect(vi.getTimerCount()).toBe(0);
    dog.cancel();
  });

  it('does not keep the process running', () => {
    vi.useRealTimers();
    const before = process.getActiveResourcesInfo().length;
    const dog = new Watchdog(60_000, () => 0, vi.fn());
    expect(process.getActiveResourcesInfo()).toHaveLength(before);
    dog.cancel();
  });

  it('samples a hundred times per timeout, but at most every 10 ms', () => {
    const looks = (timeoutMs: number, forMs: number) => {
      let count = 0;
      const dog = new Watchdog(timeoutMs, () => count++, vi.fn());
      vi.advanceTimersByTime(forMs);
      dog.cancel();
      return count;
    };
    // Once at the start, then at each sample.
    expect(looks(100_000, 10_000)).toBe(1 + 10);
    expect(looks(500, 100)).toBe(1 + 10);
  });

  it('also samples at the end of its timeout, between two regular samples', () => {
    expect(calledAt(1_005, [])).toBeLessThanOrEqual(1_006);
  });

  it('does not fire if it is cancelled in the same turn', () => {
    const barks = vi.fn();
    const start = performance.now();
    const dog = new Watchdog(
      100,
      () => {
        if (performance.now() - start >= 100) setImmediate(() => dog.cancel());
        return 0;
      },
      barks,
    );
    vi.advanceTimersByTime(1_000);
    expect(barks).not.toHaveBeenCalled();
  });

  it('counts bytes that a busy event loop reads late', () => {
    const barks = vi.fn();
    const start = performance.now();
    const late: number[] = [];
    // When its time is over, nothing has come; when the loop has looked around, something has.
    const progress = () => (performance.now() - start < 100 ? 0 : late.push(0) === 1 ? 0 : 1);
    const dog = new Watchdog(100, progress, barks);
    vi.advanceTimersByTime(199);
    expect(barks).not.toHaveBeenCalled();
    vi.advanceTimersByTime(13);
    expect(barks).toHaveBeenCalledTimes(1);
    dog.cancel();
  });
});

/** A watchdog with one sample, at its timeout. */
const deadline = (ms: number, expired: () => void) => new Watchdog(ms, () => 0, expired, ms);

describe('a deadline', () => {
  it('fires on time, unless it was cancelled', () => {
    const expired = vi.fn();
    const [kept, dropped] = [deadline(300, expired), deadline(300, expired)];
    dropped.cancel();
    vi.advanceTimersByTime(299);
    expect(expired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2);
    expect(expired).toHaveBeenCalledTimes(1);
    kept.cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not fire if it is cancelled before the event loop has polled', () => {
    const expired = vi.fn();
    const dog = deadline(300, expired);
    setTimeout(() => dog.cancel(), 300);
    vi.advanceTimersByTime(1_000);
    expect(expired).not.toHaveBeenCalled();
    dog.cancel();
  });
});
