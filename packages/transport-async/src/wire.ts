import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { WireActivity } from '@rsync-io/aux-channel/transport';

/** Node's pipes to a child are sockets; these counters of theirs are public (`node:net`). */
interface Counted {
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
  /** What the kernel has not yet taken of the write under way. */
  readonly _handle?: { readonly writeQueueSize?: number } | null;
}

/** The child's stdin and stdout, seen from here. */
export class PipedWire implements WireActivity {
  readonly stdin: Writable;
  readonly stdout: Readable;

  constructor(child: ChildProcess) {
    this.stdin = child.stdin as Writable;
    this.stdout = child.stdout as Readable;
    // At the exit Node resumes, and so discards, what it finds unread in `child.stdio`
    // (lib/internal/child_process.js, flushStdio). What the child wrote stays readable here.
    (child.stdio as (Readable | Writable | null)[])[1] = null;
    // EPIPE when the child is gone: the writer's callbacks have it, and the exit status tells why.
    this.stdin.on('error', () => {});
    this.stdout.on('error', () => {});
  }

  get bytesReceived(): number {
    return (this.stdout as Counted).bytesRead ?? 0;
  }

  isConnected(): boolean {
    return this.bytesReceived > 0;
  }

  hasEnded(): boolean {
    return false;
  }

  /** Changes whenever a byte moved in either direction. */
  progress(): string {
    const { bytesWritten = 0, _handle } = this.stdin as Counted;
    const sent = bytesWritten - this.stdin.writableLength;
    return `${this.bytesReceived} ${sent} ${_handle?.writeQueueSize ?? 0}`;
  }

  closeStdin(): void {
    if (!this.stdin.writableEnded) this.stdin.end();
  }

  /** Whether somebody reads stdout, or has begun to. */
  get isRead(): boolean {
    const { stdout } = this;
    return (
      stdout.destroyed || stdout.listenerCount('data') > 0 || stdout.listenerCount('readable') > 0
    );
  }

  destroy(): void {
    this.stdin.destroy();
    this.stdout.destroy();
  }
}
