export interface Bounds {
  /** Inclusive. */
  readonly min: number;
  /** Inclusive. */
  readonly max: number;
  readonly integer?: boolean;
}

/** Parses the value of a numeric option. Throws an Error that states the accepted range. */
export function parseNumber(option: string, text: string, { min, max, integer }: Bounds): number {
  const value = Number(text);
  const isInRange = text.trim() !== '' && value >= min && value <= max;
  if (isInRange && (!integer || Number.isInteger(value))) return value;
  const kind = integer ? 'an integer' : 'a number';
  throw new Error(`${option} takes ${kind} from ${min} to ${max}, not '${text}'.`);
}

/** Parses a comma-separated option. Throws an Error that names the first unknown word and the known ones. */
export function parseList<Word extends string>(
  option: string,
  list: string,
  known: readonly Word[],
): Word[] {
  return list.split(',').map((word) => {
    const found = known.find((one) => one === word);
    if (found !== undefined) return found;
    throw new Error(`${option} does not accept '${word}'; it accepts ${known.join(', ')}.`);
  });
}
