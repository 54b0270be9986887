interface Explanation {
  /** Of the row's name. */
  readonly where: RegExp;
  /** Of the failed test's title, or of the reason why nothing ran. */
  readonly problem: RegExp;
  readonly text: string;
}

export const UNEXPLAINED = 'Not explained yet.';

/** Known failures, and the reasons why a section does not run. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    where: /./,
    problem: /^not run: no run yet$/,
    text: 'No result was there when the page was written. `npm run test:platforms -- --only SECTION` adds it.',
  },
  {
    where: /^(windows|arm64)$/,
    problem: /^not run: .*\b(root|Linux x64)\b/,
    text: 'The machine that wrote the page cannot set up the emulation: that requires root on Linux x64. The suites themselves are the same.',
  },
  {
    where: /^xnu$/,
    problem: /^not run: .*(C compiler|for Linux)/,
    text: 'The library is compiled where the tests run, on Linux with a C compiler.',
  },
  {
    where: /^node-matrix$/,
    problem: /^not run: /,
    text: 'npm has packages with Node for Linux only. On other systems, `npm test` tests the installed Node.',
  },
  {
    where: /, Node \d+$/,
    problem: /cannot be downloaded/,
    text: 'npm could not be reached, or has no package with this version of Node. The other rows are not affected.',
  },
];

/** Why a test fails there, or why nothing ran, for docs/platforms.md. */
export function explain(where: string, problem: string): string {
  const isIt = (one: Explanation) => one.where.test(where) && one.problem.test(problem);
  const text = EXPLANATIONS.find(isIt)?.text ?? UNEXPLAINED;
  return text.replace('SECTION', where.replace(', Node', ' --node'));
}
