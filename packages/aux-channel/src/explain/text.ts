/** ssh formats its messages into 1,024 bytes (log.c, MSGBUFSIZ); a longer line is nobody's we know. */
const MAX_LINE_CHARACTERS = 1_024;

/** The lines of a stderr that are not blank, bytes as characters (ISO 8859-1), without line ends. */
export interface StderrText {
  readonly lines: readonly string[];
  /** Which of them ended in CRLF: ssh ends its own messages so (log.c), remote text has LF. */
  readonly crlf: ReadonlySet<number>;
}

export function textOf(stderr: Uint8Array): StderrText {
  const latin1 = Buffer.from(stderr.buffer, stderr.byteOffset, stderr.byteLength).toString(
    'latin1',
  );
  const lines: string[] = [];
  const crlf = new Set<number>();
  for (const line of latin1.split('\n')) {
    const hasReturn = line.endsWith('\r');
    const text = hasReturn ? line.slice(0, -1) : line;
    if (text.trim() === '') continue;
    if (hasReturn) crlf.add(lines.length);
    lines.push(text.length > MAX_LINE_CHARACTERS ? '' : text);
  }
  return { lines, crlf };
}

/** rsync's own lines about the connection and its end (rsync log.c, rwrite and log_exit; io.c). */
export const isRsyncLine = (line: string): boolean =>
  /^(?:rsync(?: error| warning)?: |\[(?:sender|receiver|generator|client|server)\] )/i.test(line);
