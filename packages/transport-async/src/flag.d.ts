/**
 * The build-time flag: whether a channel drains stderr; otherwise the child inherits fd 2. Use it by name
 * in a condition, so that the bundler removes the unused branch and its imports.
 */
declare const __SSH_SOCKETPAIR_STDERR__: boolean;
