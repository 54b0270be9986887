/**
 * The build-time flag `ssh-socketpair-stderr`: whether this build offers the TCP-loopback pair. The
 * bundler replaces it (see `features.json`). Use it by name in a condition, so that the unused branch
 * and its imports are removed from the build.
 */
declare const __SSH_SOCKETPAIR_STDERR__: boolean;
