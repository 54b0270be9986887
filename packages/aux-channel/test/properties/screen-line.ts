/** One row of a terminal that understands what the escape policy lets through, and nothing else. */
const TOKEN =
  /\x1b\[([0-9;:]*)m|\x1b\[([012]?)K|([\r\n])|([^\p{Cc}\u2028-\u202e\u2066-\u2069\ufffd]|\t)/uy;

export interface Row {
  /** By column. */
  readonly text: string;
  /** Whether a color or an attribute was switched on when the line ended. */
  readonly colored: boolean;
}

/**
 * Rows that a terminal shows for `bytes`.
 * @throws Error for a byte, a sequence or an attribute that must not reach a terminal
 */
export function rowsOf(bytes: Buffer): Row[] {
  const input = bytes.toString();
  const rows: Row[] = [];
  let cells: string[] = [];
  let column = 0;
  let graphics = new Map<string, string>();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < input.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(input);
    if (match === null) throw new Error(`dangerous: ${JSON.stringify(input.slice(at, at + 20))}`);
    const [, sgr, erase, lineEnd, character] = match;
    if (sgr !== undefined) graphics = afterSgr(graphics, sgr);
    else if (erase === '2') cells = [];
    else if (erase === '1') cells.fill(' ', 0, column + 1);
    else if (erase !== undefined) cells.length = Math.min(cells.length, column);
    else if (lineEnd === '\r') column = 0;
    else if (character !== undefined) cells[column++] = character;
    else {
      rows.push({
        text: Array.from(cells, (cell) => cell ?? ' ').join(''),
        colored: graphics.size > 0,
      });
      cells = [];
      column = 0;
    }
  }
  rows.push({
    text: Array.from(cells, (cell) => cell ?? ' ').join(''),
    colored: graphics.size > 0,
  });
  return rows;
}

/** A second reading of SGR: by splitting, with colors kept as they are written. */
function afterSgr(before: ReadonlyMap<string, string>, parameters: string): Map<string, string> {
  const after = new Map(before);
  const numbers = parameters.split(';');
  for (let text; (text = numbers.shift()) !== undefined;) {
    const [number = 0, ...subparameters] = text.split(':').map(Number);
    if ([5, 6, 8].includes(number) || (number > 10 && number < 20)) {
      throw new Error(`hides text: ${parameters}`);
    }
    if (number === 0) after.clear();
    else if (number === 38 || number === 48 || number === 58) {
      const kind = subparameters[0] ?? Number(numbers.shift());
      const rest =
        subparameters.length > 0
          ? subparameters.slice(kind === 5 ? -1 : -3)
          : numbers.splice(0, kind === 5 ? 1 : 3).map(Number);
      after.set(String(number), rest.join());
    } else if (number === 39 || number === 49 || number === 59) after.delete(String(number - 1));
    else if (number >= 30 && number < 38) after.set('38', String(number - 30));
    else if (number >= 40 && number < 48) after.set('48', String(number - 40));
    else if (number >= 90 && number < 98) after.set('38', String(number - 82));
    else if (number >= 100 && number < 108) after.set('48', String(number - 92));
    else if (number === 22) [1, 2].forEach((on) => after.delete(String(on)));
    else if (number === 24) [4, 21].forEach((on) => after.delete(String(on)));
    else if (number === 55) after.delete('53');
    else if (number > 20 && number < 30 && number !== 21) after.delete(String(number - 20));
    else if (number === 4 && subparameters[0] === 0)
      [4, 21].forEach((on) => after.delete(String(on)));
    else if (number !== 10) after.set(String(number), 'on');
  }
  if (after.has('38') && after.get('38') === after.get('48')) {
    throw new Error(`text in the color of its background: ${parameters}`);
  }
  return after;
}
