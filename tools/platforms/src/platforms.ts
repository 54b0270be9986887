import { arm64 } from './arm64.ts';
import { linux } from './linux-node.ts';
import type { Platform } from './platform.ts';
import { windows } from './windows.ts';
import { xnu } from './xnu/xnu.ts';

/** The platforms that run the packages' suites, by the end of the name of their npm script. */
export const PLATFORMS: Readonly<Record<string, Platform>> = {
  'node-matrix': linux,
  arm64,
  xnu,
  windows,
};
