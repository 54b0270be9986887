/** What a probe tells about its section; JSON in the case's folder. */
export interface Observation {
  readonly connections: readonly ConnectionSeen[];
  /** What became of a plain connection after the section: `null` when it worked. */
  readonly next: string | null;
  /** What differs between the census before the section and after it. */
  readonly leaks: readonly string[];
  /** The census after the section. */
  readonly census: readonly (readonly [string, number])[];
  /** Unexpected errors outside of any connection. */
  readonly stray: readonly ErrorSeen[];
  /** Whether what was arranged took place. */
  readonly arranged: boolean;
}

/** One connection, from spawn to the end. Captured bytes are in a file beside: `captured.<index>`. */
export interface ConnectionSeen {
  /** Of spawn, or of `wait`. */
  readonly error: ErrorSeen | null;
  /** Of reading stdout or writing stdin. */
  readonly wireError: ErrorSeen | null;
  readonly status: { readonly code: number | null; readonly signal: string | null } | null;
  /** Bytes of stdin that came back on stdout, and whether they are those that were sent. */
  readonly echoed: { readonly bytes: number; readonly intact: boolean };
  readonly backend: string | null;
  readonly ended: string | null;
  readonly totalBytes: number;
  readonly droppedWarnings: number;
  /** Told on `rsync-io:fallback` since the section began. */
  readonly fallbacks: readonly string[];
}

export interface ErrorSeen {
  readonly name: string;
  readonly code: string | null;
  readonly message: string;
}
