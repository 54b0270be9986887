/** The transport, build and backend of a case. */
export interface Combination {
  readonly transport: 'async' | 'sync';
  readonly flag: 'off' | 'on';
  /** The backend that the transport gets; `inherit`: none, because it would not be used. */
  readonly backend: 'socketpair' | 'pipe' | 'inherit';
}

/** Without the flag, the async transport always inherits; the sync transport does not depend on the flag. */
export const COMBINATIONS: readonly Combination[] = [
  { transport: 'async', flag: 'off', backend: 'inherit' },
  { transport: 'async', flag: 'on', backend: 'socketpair' },
  { transport: 'async', flag: 'on', backend: 'pipe' },
  { transport: 'sync', flag: 'off', backend: 'socketpair' },
  { transport: 'sync', flag: 'off', backend: 'pipe' },
  { transport: 'sync', flag: 'on', backend: 'socketpair' },
  { transport: 'sync', flag: 'on', backend: 'pipe' },
];

/** As in the name of a case: `sync/on/pipe`. */
export const nameOf = ({ transport, flag, backend }: Combination) =>
  `${transport}/${flag}/${backend}`;
