/** The owner of the child at the other end of a wire. */
export interface WireOwner {
  /** Called between the slices of a wait. Throws if waiting has become pointless. */
  readonly checkAlive: () => void;
  /**
   * Called at the end of the stream. Throws if this process ended the child, because the output may be
   * incomplete.
   */
  readonly checkEnd: () => void;
}
