// One connection that writes gigabytes without a newline to stderr while its wire carries a payload back and forth,
// and a thousand short connections. Prints lines of JSON; the last one is the result.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { SshCommand, STDERR_BUFFER_CAP } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { takeCensus } from './figures.ts';

/** Unit: bytes, except for connections. */
export interface BlobProgress {
  readonly stderrBytes: number;
  readonly wireBytes: number;
  readonly connections: number;
  readonly memory: number;
}

export interface BlobFigures {
  readonly stderrBytes: number;
  readonly expectedStderrBytes: number;
  readonly wireBytes: number;
  readonly checksumsAgree: boolean;
  /** Whether the captured window is the end of what was written. */
  readonly tailIsRight: boolean;
  readonly shortConnections: number;
  readonly shortFaults: number;
  /** Largest growth of resident memory. Unit: bytes. */
  readonly growth: number;
  readonly seconds: number;
}

const [gibibytes = '4', count = '1000'] = process.argv.slice(2);
const expectedStderrBytes = Math.round(Number(gibibytes) * 2 ** 30);
const shortConnections = Number(count);
const WIRE_BLOCKS = 4_096;
const options = { backends: [socketpairBackend], forward: false, surface: 'never' } as const;

// Warm-up: one-time allocations do not count.
for (let i = 0; i < 50; i++) await isShortConnectionRight(i);
const before = takeCensus().memory;
const from = performance.now();
let peak = before;

const script = `head -c ${expectedStderrBytes} /dev/zero | tr '\\0' x >&2 & cat; wait`;
const blob = await AsyncSshTransport.spawn(SshCommand.raw('sh', ['-c', script]), {
  ...options,
  // With a listener, the stream is searched for lines.
  warnings: () => {},
});
let connections = 0;
const watching = setInterval(() => {
  const { memory } = takeCensus();
  peak = Math.max(peak, memory);
  print({ stderrBytes: blob.stderrSnapshot().totalBytes, wireBytes, connections, memory });
}, 1_000);
const sent = createHash('sha256');
const received = createHash('sha256');
let wireBytes = 0;
blob.stdout?.on('data', (chunk: Buffer) => {
  received.update(chunk);
  wireBytes += chunk.length;
});
const noise = (async () => {
  let faults = 0;
  for (let i = 0; i < shortConnections; i += 4) {
    await untilWritten(i / shortConnections);
    const four = await Promise.all([i, i + 1, i + 2, i + 3].map(isShortConnectionRight));
    faults += four.filter((isRight) => !isRight).length;
    connections += four.length;
  }
  return faults;
})();
for (let i = 0; i < WIRE_BLOCKS; i++) {
  await untilWritten(i / WIRE_BLOCKS);
  const block = Buffer.alloc(65_536, i & 0xff);
  sent.update(block);
  if (blob.stdin?.write(block) === false) await once(blob.stdin, 'drain');
}
const shortFaults = await noise;
const status = await blob.wait();
clearInterval(watching);
if (!status.success) throw new Error(`the child ended with ${status.signal ?? status.code}`);
const { totalBytes: stderrBytes, bytes: tail } = blob.stderrSnapshot();
print({
  stderrBytes,
  expectedStderrBytes,
  wireBytes,
  tailIsRight: tail.length === STDERR_BUFFER_CAP && tail.every((byte) => byte === 0x78),
  checksumsAgree: sent.digest('hex') === received.digest('hex'),
  shortConnections,
  shortFaults,
  growth: peak - before,
  seconds: (performance.now() - from) / 1_000,
});

function print(figures: BlobFigures | BlobProgress): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

/** Waits until a part of the blob was received, so that everything else lasts as long as the blob. */
async function untilWritten(part: number): Promise<void> {
  const bytes = part * expectedStderrBytes;
  while (blob.tryWait() === null && blob.stderrSnapshot().totalBytes < bytes) await sleep(5);
}

async function isShortConnectionRight(id: number): Promise<boolean> {
  const command = SshCommand.raw('sh', ['-c', `echo short ${id} >&2; exit 3`]);
  await using transport = await AsyncSshTransport.spawn(command, options);
  const { status, stderr } = await transport.waitWithStderr();
  return status.code === 3 && Buffer.from(stderr).toString() === `short ${id}\n`;
}
