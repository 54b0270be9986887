import { EscapeFilter } from './escape-filter.js';

/**
 * What forwarding does to the bytes.
 * - `raw`: nothing; what an inherited stderr would show.
 * - `lossy`: UTF-8, with U+FFFD for what is not.
 * - `escape`: controls other than tab, newline, carriage return, SGR colour and erase-in-line appear
 *   as `\#ooo` (octal), as rsync prints them (rsync `log.c`, `filtered_fwrite`).
 * - `auto`: `escape` when the sink is a terminal, else `raw`.
 */
export type ForwardPolicy = 'raw' | 'lossy' | 'escape' | 'auto';

/** Where in the stream the bytes given to a {@link ForwardFilter} end. */
export type Boundary =
  /** After a whole line. */
  | 'line'
  /** Anywhere: a sequence may go on in the next call. */
  | 'partial'
  /** At the end of the stream. */
  | 'end';

export interface ForwardFilter {
  /** May return `bytes` itself, and may hold back an unfinished sequence at a `partial` boundary. */
  apply(bytes: Uint8Array, boundary: Boundary): Uint8Array;
}

const raw: ForwardFilter = { apply: (bytes) => bytes };

function lossy(): ForwardFilter {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    apply: (bytes, boundary) =>
      Buffer.from(decoder.decode(bytes, { stream: boundary === 'partial' })),
  };
}

/** The filter of one channel: filters keep state between calls. */
export function createFilter(policy: ForwardPolicy, sinkIsTerminal: boolean): ForwardFilter {
  switch (policy) {
    case 'raw':
      return raw;
    case 'lossy':
      return lossy();
    case 'escape':
      return new EscapeFilter();
    case 'auto':
      return sinkIsTerminal ? new EscapeFilter() : raw;
  }
}
