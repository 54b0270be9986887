import { Choices } from '../choices.ts';
import { createMaterial } from '../race/material.ts';
import { transportOf } from '../race/fuzz.ts';
import { asyncCarrier, syncCarrier } from './carriers.ts';
import { type LoadRequest, runLoad } from './load.ts';

export interface LoadRun extends Pick<
  LoadRequest,
  'connections' | 'atOnce' | 'onProgress' | 'signal'
> {
  /** The asynchronous transport with the flag off or on, or the blocking one. */
  readonly transport: 'off' | 'on' | 'sync';
  readonly seed: number;
}

/** Returns a sentence for each loss. */
export async function loadRun({ transport, seed, ...request }: LoadRun): Promise<string[]> {
  const material = createMaterial();
  try {
    const channel = transport !== 'off';
    const carry =
      transport === 'sync'
        ? syncCarrier(material)
        : asyncCarrier(transportOf(channel).transport, material);
    return await runLoad({ ...request, material, carry, channel, random: new Choices(seed) });
  } finally {
    material.dispose();
  }
}
