import { UsageError } from '@rsync-io/kit/command';

export const PLATFORMS = ['linux', 'macos', 'windows'] as const;
export type Platform = (typeof PLATFORMS)[number];

const NAMES: Partial<Record<NodeJS.Platform, Platform>> = { win32: 'windows', darwin: 'macos' };

/** The platform of this process. */
export const thisPlatform = (): Platform => NAMES[process.platform] ?? 'linux';

/** A platform whose matrix can be run here: this one, and on Linux, Windows under Wine. Throws UsageError. */
export function readPlatform(text: string, option: string): Platform {
  const here = thisPlatform();
  const known: Platform[] = here === 'linux' ? [here, 'windows'] : [here];
  const platform = known.find((one) => one === text);
  if (platform !== undefined) return platform;
  throw new UsageError(`${option} accepts ${known.join(' and ')} on this machine, not '${text}'.`);
}
