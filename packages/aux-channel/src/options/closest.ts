/** Returns the choice that `given` is probably a misspelling of, or `null`. */
export function closest(given: unknown, choices: readonly string[]): string | null {
  if (typeof given !== 'string' || given.length > 40) return null;
  const [best] = choices
    .map((choice) => ({ choice, edits: editDistance(given.toLowerCase(), choice.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.max(1, best.choice.length / 3) ? best.choice : null;
}

/** Insertions, deletions, substitutions and swaps of neighbors (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let edits = Math.min((previous[j] as number) + 1, (row[j - 1] as number) + 1, substitution);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] && i > 1 && j > 1) {
        edits = Math.min(edits, (beforePrevious[j - 2] as number) + 1);
      }
      row.push(edits);
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length] as number;
}
