/**
 * The build-time flag, replaced by `true` or `false` in each variant of a package (`tsup.ts`). Use the name directly in
 * conditions, so that the bundler removes the unused branch and its imports.
 */
declare const __SSH_SOCKETPAIR_STDERR__: boolean;
