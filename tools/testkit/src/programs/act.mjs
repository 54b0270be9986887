// act STEP...: does what each word says, in this order, on every platform and by blocking calls:
//   out:TEXT err:TEXT   writes to fd 1, to fd 2
//   try:CODE            writes to fd 1, and ends with CODE if that fails
//   zeros:BYTES         writes that many to fd 1
//   cat                 copies stdin to fd 1 until its end
//   drain               reads stdin until its end
//   line                reads a line of stdin
//   count               prints how many bytes stdin had
//   close:FD
//   argv                prints the words after it as JSON, and ends
//   sleep:MS
//   leave:MS            leaves a process behind that holds fd 1 and 2 for so long; prints its pid
//   nag                 leaves a process behind that writes to fd 2 until it fails; prints its pid
//   raise:SIGNAL        sends it to itself
//   exit:CODE
import { spawn } from 'node:child_process';
import { closeSync, readSync, writeSync } from 'node:fs';
import { writeAll } from './write-all.mjs';

const neverWoken = new Int32Array(new SharedArrayBuffer(4));
const sleep = (ms) => Atomics.wait(neverWoken, 0, 0, Number(ms));

function* stdin() {
  const block = Buffer.alloc(65_536);
  for (;;) {
    let count;
    try {
      count = readSync(0, block);
    } catch (error) {
      if (error.code === 'EOF') return;
      if (error.code !== 'EAGAIN') throw error;
      sleep(1);
      continue;
    }
    if (count === 0) return;
    yield block.subarray(0, count);
  }
}

function leave(script) {
  const child = spawn(process.execPath, ['-e', script], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  child.unref();
  writeSync(1, `${child.pid}\n`);
}

const steps = {
  out: (text) => writeAll(1, Buffer.from(text)),
  err: (text) => writeAll(2, Buffer.from(text)),
  try: (code) => {
    try {
      writeSync(1, 'x');
    } catch {
      process.exit(Number(code));
    }
  },
  zeros: (bytes) => writeAll(1, Buffer.alloc(Number(bytes))),
  cat() {
    for (const bytes of stdin()) writeAll(1, bytes);
  },
  drain() {
    for (const _ of stdin());
  },
  line() {
    for (const bytes of stdin()) if (bytes.includes(10)) return;
  },
  count() {
    let total = 0;
    for (const bytes of stdin()) total += bytes.length;
    writeAll(1, Buffer.from(`${total}\n`));
  },
  argv() {
    writeAll(1, Buffer.from(JSON.stringify(words)));
    process.exit();
  },
  close: (fd) => closeSync(Number(fd)),
  sleep,
  leave: (ms) => leave(`setTimeout(() => {}, ${Number(ms)})`),
  nag: () =>
    leave(`setInterval(() => {
      try { require('fs').writeSync(2, 'x\\n'); } catch { process.exit(); }
    }, 50); setTimeout(() => process.exit(), 30_000)`),
  raise: (signal) => {
    process.kill(process.pid, signal);
    sleep(60_000);
  },
  exit: (code) => process.exit(Number(code)),
};

const words = process.argv.slice(2);
while (words.length > 0) {
  const [name, ...rest] = words.shift().split(':');
  steps[name](rest.join(':'));
}
