import { describe, expect, it } from 'vitest';
import { parseArguments, usage } from '../src/arguments.js';

const names = ['drain', 'spawn'];
const run = { kind: 'run', quick: false, json: false, only: [], out: null };

describe('the arguments', () => {
  it('may be absent: everything at full size', () => {
    expect(parseArguments([], names)).toEqual(run);
  });

  it('take several names after one --only, and --only several times', () => {
    const only = ['drain', 'spawn'];
    expect(parseArguments(['--only', 'drain', 'spawn', '--quick'], names)).toEqual({
      ...run,
      only,
      quick: true,
    });
    expect(parseArguments(['--only', 'drain', '--only', 'spawn'], names)).toEqual({ ...run, only });
  });

  it('name a folder and a form', () => {
    const request = parseArguments(['--json', '--out', 'here'], names);
    expect(request).toEqual({ ...run, json: true, out: 'here' });
  });

  it.each([
    [['--only'], '--only needs the name of a case'],
    [['--only', '--quick'], '--only needs the name of a case'],
    [['--only', 'drian'], 'no case is named "drian"; there are drain, spawn'],
    [['--out'], '--out needs a folder'],
    [['--fast'], 'unknown argument "--fast"'],
    [['drain'], 'unknown argument "drain"'],
  ])('%j is refused: %s', (argv, message) => {
    expect(parseArguments(argv, names)).toEqual({ kind: 'usage-error', message });
  });

  it('ask for help, which names every case', () => {
    expect(parseArguments(['--quick', '--help'], names)).toEqual({ kind: 'help' });
    const text = usage([{ name: 'drain', title: 'a title' }]);
    expect(text).toContain('  drain  a title\n');
  });
});
