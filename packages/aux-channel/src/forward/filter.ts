/** Where in the stream the bytes given to a {@link ForwardFilter} end. */
export type Boundary =
  /** After a whole line. */
  | 'line'
  /** Anywhere: a sequence may go on in the next call. */
  | 'partial'
  /** At the end of the stream. */
  | 'end';

/** Changes the bytes of one channel on their way to a sink. Keeps state between calls. */
export interface ForwardFilter {
  /** May return `bytes` itself, and may hold back an unfinished sequence at a `partial` boundary. */
  apply(bytes: Uint8Array, boundary: Boundary): Uint8Array;
  /**
   * Called when another writer ends the line that this channel left unfinished. Returns the bytes that
   * must precede the line feed, so that no color of this channel reaches the next line.
   */
  endLine(): Uint8Array;
}
