/** An error in a message between threads. Structured clone keeps neither its class nor its properties. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Properties in addition to those of every error: `code`, `program`, `stderr`, … */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly cause: ErrorRecord | undefined;
}

/** Accepts any thrown value and never throws. */
export function recordError(thrown: unknown): ErrorRecord {
  const error = thrown instanceof Error ? thrown : new Error(describe(thrown));
  const { name, message, stack, cause } = error;
  return {
    name: String(name),
    message: String(message),
    stack,
    fields: Object.fromEntries(Object.entries(error).filter(([, value]) => canCross(value))),
    cause: cause instanceof Error && cause !== error ? recordError(cause) : undefined,
  };
}

const canCross = (value: unknown) =>
  value instanceof Uint8Array || !['object', 'function', 'symbol'].includes(typeof value);

function describe(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'a value that cannot be converted to a string was thrown';
  }
}
