import { parseList } from '@rsync-io/kit/options';

export const PLATFORMS = ['linux', 'macos', 'windows'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** The platform of this process. */
export function thisPlatform(platform: NodeJS.Platform = process.platform): Platform {
  if (platform === 'win32') return 'windows';
  return platform === 'darwin' ? 'macos' : 'linux';
}

/** A platform whose matrix can be run here. Throws an Error that states why it cannot. */
export function readPlatform(text: string, option: string): Platform {
  const [platform] = parseList(option, text, PLATFORMS) as [Platform];
  const here = thisPlatform();
  if (platform === here || (platform === 'windows' && here === 'linux')) return platform;
  throw new Error(`The matrix of ${platform} cannot be run on ${here}.`);
}
