import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { SshCommand, STDERR_BUFFER_CAP } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { takeCensus } from './figures.js';

/*
 * blob: one connection whose stderr is gigabytes without a newline, while its wire carries a payload back
 * and forth; beside it a thousand short connections. Prints lines of JSON, the last of which
 * has the figures.
 */
export interface BlobFigures {
  readonly stderrBytes: number;
  readonly wantedStderrBytes: number;
  readonly wireBytes: number;
  readonly checksumsAgree: boolean;
  /** Whether the captured window is what was written last. */
  readonly tailIsRight: boolean;
  readonly beside: number;
  readonly besideFaults: number;
  /** The greatest growth over the beginning. Unit: bytes. */
  readonly growth: number;
  readonly seconds: number;
}

/** A line of JSON meanwhile. Unit of all: bytes, but for connections. */
export interface BlobProgress {
  readonly stderrBytes: number;
  readonly wireBytes: number;
  readonly connections: number;
  readonly memory: number;
}

const { values } = parseArgs({
  options: {
    gibibytes: { type: 'string', default: '4' },
    beside: { type: 'string', default: '1000' },
  },
});
const wantedStderrBytes = Math.round(Number(values.gibibytes) * 2 ** 30);
const beside = Number(values.beside);
const WIRE_BLOCKS = 4_096;
const options = { backends: [socketpairBackend], forward: false, surface: 'never' } as const;

// Warm: what is allocated once is not what this is about.
for (let i = 0; i < 50; i++) await short(i);
const before = takeCensus().memory;
const from = performance.now();
let peak = before;

const script = `head -c ${wantedStderrBytes} /dev/zero | tr '\\0' x >&2 & cat; wait`;
const blob = await AsyncSshTransport.spawn(SshCommand.raw('sh', ['-c', script]), {
  ...options,
  // Somebody listens to lines, so that they are looked for.
  warnings: () => {},
});
let besideDone = 0;
const watching = setInterval(() => {
  const { memory } = takeCensus();
  peak = Math.max(peak, memory);
  const stderrBytes = blob.stderrSnapshot().totalBytes;
  print({ stderrBytes, wireBytes, connections: besideDone, memory });
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
  for (let i = 0; i < beside; i += 4) {
    await due(i / beside);
    const four = await Promise.all([i, i + 1, i + 2, i + 3].map(short));
    faults += four.filter((ok) => !ok).length;
    besideDone += four.length;
  }
  return faults;
})();
for (let i = 0; i < WIRE_BLOCKS; i++) {
  await due(i / WIRE_BLOCKS);
  const block = Buffer.alloc(65_536, i & 0xff);
  sent.update(block);
  if (blob.stdin?.write(block) === false) {
    await new Promise<void>((resolve) => blob.stdin?.once('drain', resolve));
  }
}
const besideFaults = await noise;
const status = await blob.wait();
clearInterval(watching);
if (!status.success) throw new Error(`the child ended with ${status.signal ?? status.code}`);
const { totalBytes: stderrBytes, bytes: tail } = blob.stderrSnapshot();
print({
  stderrBytes,
  wantedStderrBytes,
  wireBytes,
  tailIsRight: tail.length === STDERR_BUFFER_CAP && tail.every((byte) => byte === 0x78),
  checksumsAgree: sent.digest('hex') === received.digest('hex'),
  beside,
  besideFaults,
  growth: peak - before,
  seconds: (performance.now() - from) / 1_000,
});

function print(figures: BlobFigures | BlobProgress): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

/** So far has the blob come: what goes on beside it, does so for as long as it lasts. */
async function due(part: number): Promise<void> {
  while (blob.tryWait() === null && blob.stderrSnapshot().totalBytes < part * wantedStderrBytes) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Whether a short connection said what it should. */
async function short(id: number): Promise<boolean> {
  const command = SshCommand.raw('sh', ['-c', `echo short ${id} >&2; exit 3`]);
  await using transport = await AsyncSshTransport.spawn(command, options);
  const { status, stderr } = await transport.waitWithStderr();
  return status.code === 3 && Buffer.from(stderr).toString() === `short ${id}\n`;
}
