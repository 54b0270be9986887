/**
 * The words of an option that takes a list with commas.
 *
 * @param {string} option
 * @param {string} list
 * @param {(word: string) => boolean} isValid
 */
export function listed(option, list, isValid) {
  const words = list.split(',');
  const wrong = words.find((word) => !isValid(word));
  if (wrong !== undefined) throw new Error(`${option} does not know '${wrong}'.`);
  return words;
}
