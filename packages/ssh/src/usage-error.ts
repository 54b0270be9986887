/** The arguments are invalid; nothing was started. The message explains how to correct them. */
export class UsageError extends Error {}
