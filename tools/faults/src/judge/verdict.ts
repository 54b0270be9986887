/** What became of a case. */
export type Verdict =
  | { readonly kind: 'right'; readonly way: string }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] }
  /** The fault did not come about: the case proves nothing. */
  | { readonly kind: 'not struck' }
  /** Node itself ends, hangs or leaks at this fault; no library can answer it. */
  | { readonly kind: 'node'; readonly why: string };
