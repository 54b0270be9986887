import { getSystemErrorName } from 'node:util';

/** A system call that failed, with the properties of Node's own system errors. */
export class SystemCallError extends Error {
  readonly code: string;
  readonly syscall: string;
  /** The negated error number, as in Node. */
  readonly errno: number;

  constructor(syscall: string, errno: number, code = getSystemErrorName(-errno)) {
    super(`${syscall}: ${code}`);
    this.name = 'SystemCallError';
    this.code = code;
    this.syscall = syscall;
    this.errno = -errno;
  }
}
