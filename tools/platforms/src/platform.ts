export type Log = (text: string) => void;

/**
 * After this time, a suite is killed and counts as failed. Much longer than the longest takes on two processors, in an
 * emulator. Unit: milliseconds.
 */
export const SUITE_MS = 45 * 60_000;

/** A Node of one version, on one system. */
export interface TestNode {
  /** As in `v22.1.0`. */
  readonly version: string;
  /** The repository that it runs in, as this process sees it. */
  readonly project: string;
  /** Runs vitest in a package's folder. */
  vitest(
    packageName: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<{ status: number; output: string }>;
}

/** The requested Node cannot be downloaded or does not start; the message states why. */
export class NodeUnavailableError extends Error {}

export interface Platform {
  /** For `--help`. */
  readonly about: string;
  readonly nodes: readonly string[];
  readonly packages: readonly string[];
  /** Test files, for packages whose other tests need another system. */
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  /** Of Vitest (`config/vitest.ts`). Without one, all tests run. */
  readonly mode?: 'fast';
  /** Prepares the system. Throws UnsupportedError. The returned function throws NodeUnavailableError. */
  open(log: Log): Promise<(major: string) => Promise<TestNode>>;
}
