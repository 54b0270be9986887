/**
 * The build-time flag `ssh-socketpair-stderr`: whether stderr is drained by a channel; if not, the
 * child inherits fd 2. A define of the bundler (see `features.json`): use it by name in a condition,
 * so that the branch not taken, and what only it imports, is not in the build.
 */
declare const __SSH_SOCKETPAIR_STDERR__: boolean;
