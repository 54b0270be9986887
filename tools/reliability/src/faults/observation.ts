/** What a probe reports about its section, as JSON in the case's folder. */
export interface Observation {
  readonly connections: readonly ConnectionSeen[];
  /** Error of a plain connection after the section; `null` if it worked. */
  readonly next: string | null;
  /** Differences between the census before the section and after it. */
  readonly leaks: readonly string[];
  /** The census after the section. */
  readonly census: readonly (readonly [string, number])[];
  /** Uncaught errors. */
  readonly stray: readonly ErrorSeen[];
  /** Whether the arranged fault took place. */
  readonly arranged: boolean;
}

/** One connection. The captured bytes are in the file `captured.<index>`. */
export interface ConnectionSeen {
  /** Of spawn or `wait`. */
  readonly error: ErrorSeen | null;
  /** Of stdout or stdin. */
  readonly wireError: ErrorSeen | null;
  readonly status: { readonly code: number | null; readonly signal: string | null } | null;
  /** Bytes of stdin that returned on stdout, and whether they are the sent ones. */
  readonly echoed: { readonly bytes: number; readonly intact: boolean };
  readonly backend: string | null;
  readonly ended: string | null;
  readonly totalBytes: number;
  readonly droppedWarnings: number;
  /** Messages on `rsync-io:fallback` since the section began. */
  readonly fallbacks: readonly string[];
}

export interface ErrorSeen {
  readonly name: string;
  readonly code: string | null;
  readonly message: string;
}
