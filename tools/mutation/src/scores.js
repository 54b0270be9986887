/**
 * @typedef {{ files: Record<string, { mutants: { status: string, mutatorName: string, location: { start: { line: number } }, replacement?: string }[] }> }} MutationReport
 *   what Stryker writes, as far as it is read here
 * @typedef {{ file: string, noticed: number, unnoticed: number, score: number }} FileScore
 * @typedef {{ name: string, goal: number, score: number, reached: boolean, files: FileScore[] }} Scores
 */

/**
 * Of the changes that could be tried: how many made a test fail, or run for ever.
 *
 * @param {string} name
 * @param {MutationReport} report
 * @param {number} goal
 * @returns {Scores}
 */
export function scores(name, report, goal) {
  const files = Object.entries(report.files)
    .map(([file, { mutants }]) => {
      const count = (/** @type {string[]} */ ...states) =>
        mutants.filter(({ status }) => states.includes(status)).length;
      const noticed = count('Killed', 'Timeout');
      const unnoticed = count('Survived', 'NoCoverage');
      return { file, noticed, unnoticed, score: percent(noticed, noticed + unnoticed) };
    })
    .filter(({ noticed, unnoticed }) => noticed + unnoticed > 0);
  const sum = (/** @type {'noticed' | 'unnoticed'} */ key) =>
    files.reduce((total, file) => total + file[key], 0);
  const score = percent(sum('noticed'), sum('noticed') + sum('unnoticed'));
  // Nothing tried is nothing shown.
  return { name, goal, score, reached: files.length > 0 && score >= goal, files };
}

/** @param {Scores} scores */
export function table({ name, goal, score, reached, files }) {
  const width = Math.max(...files.map(({ file }) => file.length), 4);
  const row = (/** @type {FileScore} */ one) =>
    `  ${one.file.padEnd(width)} ${String(one.noticed).padStart(8)} ${String(one.unnoticed).padStart(10)} ${one.score.toFixed(1).padStart(6)} %`;
  const verdict = reached ? 'reached' : 'missed';
  return [
    `  ${'file'.padEnd(width)} ${'noticed'.padStart(8)} ${'unnoticed'.padStart(10)}   score`,
    ...files.map(row),
    `${name}: ${score.toFixed(1)} %, goal ${goal} %: ${verdict}`,
  ].join('\n');
}

const percent = (/** @type {number} */ part, /** @type {number} */ whole) =>
  whole === 0 ? 0 : (part / whole) * 100;
