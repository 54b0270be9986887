export interface RoundTripParameters {
  /** Messages of {@link MESSAGE_BYTES} sent and read back. */
  readonly count: number;
}

export const MESSAGE_BYTES = 64;
export const WARM_UP_TRIPS = 1_000;
/** The sample is the time of so many trips, for one is too short to be read. */
export const TRIPS_PER_SAMPLE = 1_000;
