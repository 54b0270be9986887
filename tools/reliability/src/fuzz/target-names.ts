/** Apart from the targets themselves, which need the built packages. */
export const TARGET_NAMES = ['lines', 'forward', 'explain'] as const;
export type TargetName = (typeof TARGET_NAMES)[number];
