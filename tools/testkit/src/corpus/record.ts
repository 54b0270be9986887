import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { explain, exitStatus } from '@rsync-io/aux-channel';
import { expectedKind, type FailureCase, type FailureFixture, failures } from './failures.js';
import { Lab, versions } from './lab.js';
import { findProgram } from '../peers/find.js';
import { recordOrdinary } from './ordinary.js';

const usage = `usage: npx tsx tools/testkit/src/corpus/record.ts [--only TEXT]

Makes real ssh, sshd and rsync fail in every way that \`explain\` knows, and writes one file for each
into fixtures/explain/failures; and records what the same programs print when nothing is wrong, into
fixtures/explain/ordinary.json. Everything happens on loopback and takes about two minutes.

  --only TEXT   the failures whose name contains TEXT, and no ordinary texts

Exit status: 0, or 1 when \`explain\` calls a failure by another name than the case does.
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
const OUT = path.join(import.meta.dirname, '../../fixtures/explain');

async function record(testCase: FailureCase): Promise<boolean> {
  const missing = (testCase.needs ?? []).filter((name) => findProgram(name) === null);
  if (missing.length > 0) {
    console.log(`${testCase.name}: not recorded, ${missing.join(' and ')} is missing`);
    return true;
  }
  // A lab for each: one failure must not prepare the next one.
  const lab = await Lab.open();
  try {
    const captured = await testCase.run(lab);
    const { code, signal, stderr } = captured;
    const { kind } = explain(stderr, exitStatus(code, signal));
    const expected = expectedKind(testCase, captured);
    const { name } = testCase;
    const text = stderr.toString('latin1');
    const fixture: FailureFixture = {
      name,
      kind: expected,
      code,
      signal,
      stderr: text,
      versions: versions(),
    };
    const file = path.join(OUT, 'failures', `${name}.json`);
    writeFileSync(file, `${JSON.stringify(fixture, null, 2)}\n`);
    const right = kind === expected;
    console.log(`${name}: ${code ?? signal}, ${kind}`);
    if (!right) console.log(`  expected ${expected}:\n${text}`);
    return right;
  } finally {
    await lab.close();
  }
}

async function recordAll(only: string): Promise<void> {
  for (const testCase of failures.filter(({ name }) => name.includes(only))) {
    if (!(await record(testCase))) process.exitCode = 1;
  }
  if (only !== '') return;
  const lab = await Lab.open();
  try {
    const ordinary = { versions: versions(), texts: await recordOrdinary(lab) };
    writeFileSync(path.join(OUT, 'ordinary.json'), `${JSON.stringify(ordinary, null, 2)}\n`);
    console.log(`${ordinary.texts.length} ordinary texts`);
  } finally {
    await lab.close();
  }
}

if (values.help) process.stdout.write(usage);
else await recordAll(values.only);
