/** Two values that should be equal. */
export interface Difference {
  readonly aspect: string;
  readonly expected: string;
  readonly got: string;
}

/** Unit: characters. */
const EXCERPT = 400;

/** Both texts around the first difference. */
export function difference(aspect: string, expected: string, got: string): Difference {
  let at = 0;
  while (at < expected.length && expected[at] === got[at]) at += 1;
  const from = Math.max(0, at - 40);
  const cut = (text: string) => {
    const before = from > 0 ? `… (${from} before) ` : '';
    const after = text.length > from + EXCERPT ? ` … (${text.length} in all)` : '';
    return `${before}${text.slice(from, from + EXCERPT)}${after}`;
  };
  return { aspect, expected: cut(expected), got: cut(got) };
}

/** A problem of a run that has no counterpart. */
export const failure = (got: string, expected = 'a complete run'): Difference => ({
  aspect: 'the run',
  expected,
  got: got.slice(0, EXCERPT),
});

/** As text for a terminal. Bytes that it would not print are shown as escapes. */
export const describeDifference = (title: string, { aspect, expected, got }: Difference) =>
  `≠ ${title}: ${aspect}\n    expected ${visible(expected)}\n         got ${visible(got)}\n`;

const visible = (text: string) =>
  text.replace(
    /[^\x20-\x7e…“”]/g,
    (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
