/**
 * Prints lines, each with the seconds since this call.
 *
 * @param {NodeJS.WritableStream} stream
 * @returns {(text: string) => void}
 */
export function timedLines(stream) {
  const started = performance.now();
  return (text) => {
    const seconds = String(Math.round((performance.now() - started) / 1_000)).padStart(4);
    stream.write(`[${seconds} s] ${text}\n`);
  };
}
