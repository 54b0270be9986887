export type Boundary =
  /** After a whole line. */
  | 'line'
  /** Anywhere; a sequence may continue in the next call. */
  | 'partial'
  /** At the end of the stream. */
  | 'end';

/** Transforms the bytes of one channel before they reach a sink. Keeps state between calls. */
export interface ForwardFilter {
  /** May return `bytes` itself, and may hold back an unfinished sequence at a `partial` boundary. */
  apply(bytes: Uint8Array, boundary: Boundary): Uint8Array;
  /**
   * Called when another writer ends the line that this channel left unfinished. Returns the bytes that
   * must precede the line feed, so that no color affects the next line.
   */
  endLine(): Uint8Array;
}
