/** A line of a terminal that is overwritten by the next text. Prints nothing if the stream is not a terminal. */
export function statusLine(stream: NodeJS.WriteStream) {
  const put = (text: string) => {
    if (!stream.isTTY) return;
    stream.cursorTo(0);
    stream.clearLine(0);
    stream.write(text.slice(0, Math.max(0, stream.columns - 1)));
  };
  return { put, clear: () => put('') };
}

/** Returns a function that prints lines prefixed by the seconds since this call. */
export function timedLines(stream: NodeJS.WritableStream) {
  const started = performance.now();
  return (text: string) => {
    const seconds = String(Math.round((performance.now() - started) / 1_000)).padStart(4);
    stream.write(`[${seconds} s] ${text}\n`);
  };
}
