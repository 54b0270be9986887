/** A case that takes longer hangs: it and all that it started are killed. Unit: milliseconds. */
export const DEADLINE_MS = 40_000;
