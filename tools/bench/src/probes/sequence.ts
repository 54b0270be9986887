import type { Sample } from '../metric.ts';

export interface SequenceParameters {
  /** Number of spawns in the measured sequence. */
  readonly count: number;
}

const WARM_UP = 30;

/** Spawns one after the other; the sample is the mean time per spawn. */
export async function measureSequence(
  { count }: SequenceParameters,
  once: () => Promise<unknown>,
): Promise<Sample> {
  for (let i = 0; i < WARM_UP; i++) await once();
  const begin = performance.now();
  for (let i = 0; i < count; i++) await once();
  return { duration: (performance.now() - begin) / count };
}
