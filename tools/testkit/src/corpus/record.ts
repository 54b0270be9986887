import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { explain, exitStatus } from '@rsync-io/aux-channel';
import { expectedKind, type FailureCase, failures } from './failures.js';
import { toFixture } from './fixture.js';
import { Lab, versions } from './lab.js';
import { missingPrograms } from './missing-programs.js';
import { recordOrdinary } from './ordinary.js';

const usage = `usage: node dist/record-explain-corpus.js [--only TEXT] [--out FOLDER]

Makes real ssh, sshd and rsync fail in every way that \`explain\` knows, and writes one file for each
into fixtures/explain/failures; and records what the same programs print when nothing is wrong, into
fixtures/explain/ordinary.json. Everything happens on loopback and takes about two minutes.

  --only TEXT   the failures whose name contains TEXT, and no ordinary texts
  --out FOLDER  elsewhere than fixtures/explain

Exit status: 0, or 1 when \`explain\` calls a failure by another name than the case does.
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    out: {
      type: 'string',
      default: path.join(import.meta.dirname, '../fixtures/explain'),
    },
    help: { type: 'boolean', default: false },
  },
});

async function record(testCase: FailureCase, folder: string): Promise<boolean> {
  const missing = missingPrograms(testCase.needs ?? []);
  if (missing.length > 0) {
    console.log(`${testCase.name}: not recorded, ${missing.join(' and ')} is missing`);
    return true;
  }
  // A lab for each: one failure must not prepare the next one.
  const lab = await Lab.open();
  try {
    const captured = await testCase.run(lab);
    const file = path.join(folder, `${testCase.name}.json`);
    writeFileSync(file, `${JSON.stringify(toFixture(testCase, captured), null, 2)}\n`);
    const { kind } = explain(captured.stderr, exitStatus(captured.code, captured.signal));
    const expected = expectedKind(testCase, captured);
    const right = kind === expected;
    console.log(`${testCase.name}: ${captured.code ?? captured.signal}, ${kind}`);
    if (!right) console.log(`  expected ${expected}:\n${captured.stderr.toString('latin1')}`);
    return right;
  } finally {
    await lab.close();
  }
}

async function recordAll(only: string, out: string): Promise<void> {
  const folder = path.join(out, 'failures');
  mkdirSync(folder, { recursive: true });
  for (const testCase of failures.filter(({ name }) => name.includes(only))) {
    if (!(await record(testCase, folder))) process.exitCode = 1;
  }
  if (only !== '') return;
  const lab = await Lab.open();
  try {
    const ordinary = { versions: versions(), texts: await recordOrdinary(lab) };
    writeFileSync(path.join(out, 'ordinary.json'), `${JSON.stringify(ordinary, null, 2)}\n`);
    console.log(`${ordinary.texts.length} ordinary texts`);
  } finally {
    await lab.close();
  }
}

if (values.help) process.stdout.write(usage);
else await recordAll(values.only, values.out);
