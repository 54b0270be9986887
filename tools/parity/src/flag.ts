/** The build-time flag: export condition, subpath, and key in `features.json`. */
export const FLAG = 'ssh-socketpair-stderr';
