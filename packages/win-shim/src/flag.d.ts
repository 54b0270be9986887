/**
 * The build-time flag: whether this build offers the TCP-loopback pair. Use the name directly in
 * conditions, so that the bundler removes the unused branch and its imports.
 */
declare const __SSH_SOCKETPAIR_STDERR__: boolean;
