// The words of shared memory. The threads send larger data as messages.

/** The longest time that one call waits before it checks the child and the thread. Unit: milliseconds. */
export const SLICE_MS = 200;

/** One block of Int32 per drain thread. */
export const ThreadSlot = {
  state: 0,
  /** Number of pings that the thread has answered, which shows that its event loop runs. */
  beats: 1,
  /** Number of messages that the thread has posted. A caller waits on this word for a reply. */
  replies: 2,
  /** The kernel's thread ID (Linux); 0 if it is not known. */
  threadId: 3,
} as const;
const THREAD_SLOTS = 4;

export const ThreadState = { starting: 0, running: 1, dead: 2 } as const;

/** One block of Int32 per connection. */
export const ConnectionSlot = {
  /** One of {@link Exited}. Stored last, and notified, when the child has been reaped. */
  exited: 0,
  /** The exit code or the signal number. */
  exitValue: 1,
  /** One of {@link Ending}: whether this process ended the child. Stored before the exit. */
  ending: 2,
  /** Bytes read from the child, modulo 2^32; 0 only before the first byte. */
  received: 3,
  /** Bytes that the child's stdin accepted, modulo 2^32. */
  sent: 4,
  pid: 5,
  /** One of {@link Stdout}. Stored before the descriptor is closed and its number can be reused. */
  stdout: 6,
  /** 1 while the main thread has subscribers to the lines of stderr, else 0. */
  linesWanted: 7,
  /** Counts the lines that were queued for the main thread, modulo 2^32. */
  linesQueued: 8,
  /** 1 once more bytes were sent than the buffers between this process and the child can hold. */
  sendingWorks: 9,
  /** 1 while the main thread waits in `write()`, so that it cannot read; else 0. */
  stuckInWrite: 10,
} as const;
const CONNECTION_SLOTS = 11;

export const Exited = { no: 0, withCode: 1, bySignal: 2 } as const;
/** `quiet`: at the caller's request. `failure`: by a watchdog, which every later call reports. */
export const Ending = { none: 0, quiet: 1, failure: 2 } as const;
/** `ended`: read to the end. `closed`: no longer read. In both cases the descriptor may be closed. */
export const Stdout = { open: 0, ended: 1, closed: 2 } as const;

export type Slots = Int32Array & { readonly buffer: SharedArrayBuffer };

const shared = (count: number): Slots =>
  new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));

export const threadSlots = (): Slots => shared(THREAD_SLOTS);
export const connectionSlots = (): Slots => shared(CONNECTION_SLOTS);

/** 0 before the spawn. */
export const pidIn = (slots: Slots): number => Atomics.load(slots, ConnectionSlot.pid);

export const hasExited = (slots: Slots): boolean =>
  Atomics.load(slots, ConnectionSlot.exited) !== Exited.no;
