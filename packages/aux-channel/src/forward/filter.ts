/** Where a chunk ends: after a whole line, at any byte of the stream, or at the end of the stream. */
export type Boundary = 'line' | 'partial' | 'end';

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
