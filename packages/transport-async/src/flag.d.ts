/**
 * The build-time flag: whether a channel drains stderr. If not, the child inherits fd 2. Use the name
 * directly in conditions, so that the bundler removes the unused branch and its imports.
 */
declare const __SSH_SOCKETPAIR_STDERR__: boolean;
