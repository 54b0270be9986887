/**
 * A line of a terminal that is written over again and again. Elsewhere nothing is shown: say there, now and
 * then, a line that stays.
 *
 * @param {NodeJS.WriteStream} stream
 */
export function oneLine(stream) {
  const put = (/** @type {string} */ text) => {
    if (!stream.isTTY) return;
    stream.cursorTo(0);
    stream.clearLine(0);
    stream.write(text.slice(0, Math.max(0, stream.columns - 1)));
  };
  return { put, clear: () => put('') };
}
