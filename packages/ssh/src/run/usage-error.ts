/** The arguments are invalid; nothing was started. The message says how to correct them. */
export class UsageError extends Error {}
