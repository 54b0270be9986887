import { EscapeFilter } from './escape-filter.js';
import type { ForwardFilter } from './filter.js';

/**
 * How forwarding changes the bytes.
 * - `raw`: not at all, as with an inherited stderr.
 * - `lossy`: invalid UTF-8 becomes U+FFFD.
 * - `escape`: safe for a terminal. Text, tabs, line ends, colors and erase-in-line pass. Other controls,
 *   C1 controls, bidirectional controls and invalid UTF-8 appear as `\#ooo` (octal), as rsync prints them
 *   (rsync `log.c`, `filtered_fwrite`). If the locale is not UTF-8, only the bytes 80–9F are shown that way
 *   and higher bytes pass. Blinking, concealed and illegible text (in the color of its background) is shown
 *   as plain text, and colors end with the line.
 * - `auto`: `escape` if the sink is a terminal, otherwise `raw`.
 */
export type ForwardPolicy = 'raw' | 'lossy' | 'escape' | 'auto';

const NOTHING = new Uint8Array(0);

const raw: ForwardFilter = { apply: (bytes) => bytes, endLine: () => NOTHING };

function lossy(): ForwardFilter {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    apply: (bytes, boundary) =>
      Buffer.from(decoder.decode(bytes, { stream: boundary === 'partial' })),
    endLine: () => NOTHING,
  };
}

/** @param prefixed whether each line has a prefix, which must not be erased */
export function createFilter(
  policy: ForwardPolicy,
  sinkIsTerminal = false,
  prefixed = false,
): ForwardFilter {
  if (policy === 'lossy') return lossy();
  const escapes = policy === 'escape' || (policy === 'auto' && sinkIsTerminal);
  return escapes ? new EscapeFilter({ utf8: localeIsUtf8(), prefixed }) : raw;
}

/** Whether the terminal decodes UTF-8, as POSIX defines it. Node always writes UTF-8 to Windows consoles. */
export function localeIsUtf8(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean {
  if (platform === 'win32') return true;
  return /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '');
}
