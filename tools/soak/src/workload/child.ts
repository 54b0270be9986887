import type { Plan } from './plan.js';

/** Whether its owner ends the child, so that it may not have come to its end. */
export const isCutShort = ({ ending }: Plan) => 'afterMs' in ending;

/**
 * The child as a program of `sh -c`: cheap to start, and it says something that can be checked to the
 * byte. Everything that it leaves behind ends by itself.
 */
export function childScript(plan: Plan): string {
  const { id, lines, prompt, wireBytes, grandchildMs, closesEarly, ending } = plan;
  const half = Math.floor(lines / 2);
  return [
    half > 0 ? numbered(id, 1, half) : '',
    // The wire in the middle, so that stderr and it are busy in turns.
    wireBytes > 0 ? `head -c ${wireBytes}` : '',
    half < lines ? numbered(id, half + 1, lines) : '',
    prompt ? `printf 'prompt ${id}: ' >&2` : '',
    grandchildMs > 0
      ? `(sleep ${grandchildMs / 1_000}; echo "late ${id}" >&2) </dev/null >/dev/null &`
      : '',
    closesEarly ? 'exec 2>&-' : '',
    ending.kind === 'exit' ? `exit ${ending.code}` : '',
    ending.kind === 'signal' ? `kill -${ending.signal} $$` : '',
    'exec sleep 20',
  ]
    .filter((command) => command !== '')
    .join('\n');
}

/** All that the child writes to stderr if it comes so far. */
export function expectedStderr({ id, lines, prompt }: Plan): Buffer {
  const text: string[] = [];
  for (let i = 1; i <= lines; i++) text.push(`${id} ${String(i).padStart(9, '0')}\n`);
  if (prompt) text.push(`prompt ${id}: `);
  return Buffer.from(text.join(''));
}

/** What the grandchild says when the child is long gone. */
export const lateLine = ({ id }: Plan) => Buffer.from(`late ${id}\n`);

/** `seq` is a process more, so it is for many lines only. */
function numbered(id: number, from: number, to: number): string {
  if (to - from > 60) return `seq -f '${id} %09.0f' ${from} ${to} >&2`;
  return `i=${from}; while [ $i -le ${to} ]; do printf '${id} %09d\\n' $i; i=$((i+1)); done >&2`;
}

/** What is sent through the child, and has to come back. */
export function wirePayload({ id, wireBytes }: Plan): Buffer {
  const payload = Buffer.allocUnsafe(wireBytes);
  for (let i = 0; i < wireBytes; i++) payload[i] = (id + i * 31 + (i >> 8)) & 0xff;
  return payload;
}
