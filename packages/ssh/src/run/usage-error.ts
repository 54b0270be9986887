/** The arguments cannot be used; nothing was started. The message says what to do. */
export class UsageError extends Error {}
