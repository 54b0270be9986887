interface Explanation {
  /** Of the row's name. */
  readonly where: RegExp;
  /** Of the failed test's title. */
  readonly problem: RegExp;
  readonly text: string;
}

/** Known failures. */
const EXPLANATIONS: readonly Explanation[] = [];

/** Why a test fails there, for docs/platforms.md. */
export function explain(where: string, problem: string): string {
  const found = EXPLANATIONS.find((one) => one.where.test(where) && one.problem.test(problem));
  return found?.text ?? 'Not explained yet.';
}
