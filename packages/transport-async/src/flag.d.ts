/**
 * The build-time flag `ssh-socketpair-stderr`: whether stderr is drained by a channel; otherwise the
 * child inherits fd 2. The bundler replaces it (see `features.json`). Use it by name in a condition, so
 * that the unused branch and its imports are removed from the build.
 */
declare const __SSH_SOCKETPAIR_STDERR__: boolean;
