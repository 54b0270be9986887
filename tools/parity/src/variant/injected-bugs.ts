import type { ChildProcess } from 'node:child_process';
import { Transform } from 'node:stream';
import type { StderrBackend, StderrSnapshot } from '@rsync-io/aux-channel';

/**
 * Bugs that the tests of the matrix inject:
 * - `lost-tail-byte`: the backend loses the last byte that the child wrote.
 * - `doubled-surface`: the failure is surfaced twice.
 * - `changed-exit`: the exit code differs from the child's.
 * - `small-window`: 8 KiB are captured instead of 64.
 * - `process-warning`: a process warning is emitted.
 */
export type InjectedBug =
  'lost-tail-byte' | 'doubled-surface' | 'changed-exit' | 'small-window' | 'process-warning';

export const losingTheTail = (backend: StderrBackend): StderrBackend => ({
  ...backend,
  open: async () => {
    const endpoint = await backend.open();
    const attach = endpoint.attach.bind(endpoint);
    return Object.assign(endpoint, {
      attach: (child: ChildProcess) => attach(child).pipe(withoutLastByte()),
    });
  },
});

function withoutLastByte(): Transform {
  let held = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bytes = Buffer.concat([held, chunk]);
      held = bytes.subarray(-1);
      done(null, bytes.subarray(0, -1));
    },
  });
}

export const smallWindow = (snapshot: StderrSnapshot): StderrSnapshot => {
  const bytes = snapshot.bytes.slice(-8_192);
  return { ...snapshot, bytes, discardedBytes: snapshot.totalBytes - bytes.length };
};
