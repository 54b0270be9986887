export interface RoundTripParameters {
  /** Number of messages of {@link MESSAGE_BYTES} to send and read back. */
  readonly count: number;
}

export const MESSAGE_BYTES = 64;
export const WARM_UP_TRIPS = 1_000;
/** A sample is the time of this many round trips, because a single one is too short to measure. */
export const TRIPS_PER_SAMPLE = 1_000;
