/** What one case is built from: which transport, over what, with which build. */
export interface Combination {
  readonly transport: 'async' | 'sync';
  readonly flag: 'off' | 'on';
  /** What is offered to the transport; `inherit`: nothing is, because nothing would be used. */
  readonly backend: 'socketpair' | 'pipe' | 'inherit';
}

/** The async transport without the flag knows only `inherit`; the sync one does not depend on the flag. */
export const COMBINATIONS: readonly Combination[] = [
  { transport: 'async', flag: 'off', backend: 'inherit' },
  { transport: 'async', flag: 'on', backend: 'socketpair' },
  { transport: 'async', flag: 'on', backend: 'pipe' },
  { transport: 'sync', flag: 'off', backend: 'socketpair' },
  { transport: 'sync', flag: 'off', backend: 'pipe' },
  { transport: 'sync', flag: 'on', backend: 'socketpair' },
  { transport: 'sync', flag: 'on', backend: 'pipe' },
];

/** As it stands in the name of a case: `sync/on/pipe`. */
export const nameOf = ({ transport, flag, backend }: Combination) =>
  `${transport}/${flag}/${backend}`;
