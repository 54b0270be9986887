/** ssh formats its messages into 1,024 bytes (log.c, MSGBUFSIZ); longer lines come from no program we recognize. */
const MAX_LINE_CHARACTERS = 1_024;

/** The lines of a stderr that are not blank, without line ends. Their characters are bytes (ISO 8859-1). */
export interface StderrText {
  readonly lines: readonly string[];
  /** Indexes of lines that ended in CRLF, as ssh's own messages do (log.c). Remote text usually has LF. */
  readonly crlf: ReadonlySet<number>;
}

export function textOf(stderr: Uint8Array): StderrText {
  const { buffer, byteOffset, byteLength } = stderr;
  const latin1 = Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
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

/** Whether a line is one of rsync's own about the connection and its end (rsync log.c, rwrite and log_exit; io.c). */
export const isRsyncLine = (line: string): boolean =>
  /^(?:rsync(?: error| warning)?: |\[(?:sender|receiver|generator|client|server)\] )/i.test(line);
