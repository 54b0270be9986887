/**
 * The number of an option.
 *
 * @param {string} option
 * @param {string} text as it was given
 * @param {{ least: number, most: number, whole?: boolean }} bounds both inclusive; `whole`: no fractions
 * @throws {Error} that says what the option takes
 */
export function number(option, text, { least, most, whole = false }) {
  const value = Number(text);
  if (
    text.trim() === '' ||
    !(value >= least && value <= most) ||
    (whole && !Number.isInteger(value))
  ) {
    const kind = whole ? 'whole number' : 'number';
    throw new Error(`${option} takes a ${kind} from ${least} to ${most}, not '${text}'.`);
  }
  return value;
}

/**
 * The words of an option that takes a list with commas.
 *
 * @template {string} Word
 * @param {string} option
 * @param {string} list as it was given
 * @param {readonly Word[]} known the words that it takes
 * @throws {Error} that names the first word which is not known, and those that are
 */
export function listed(option, list, known) {
  return list.split(',').map((word) => {
    const found = known.find((one) => one === word);
    if (found === undefined) {
      throw new Error(`${option} does not know '${word}'; there are ${known.join(', ')}.`);
    }
    return found;
  });
}
