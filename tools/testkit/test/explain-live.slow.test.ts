import { explain, exitStatus } from '@rsync-io/aux-channel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectedKind, failures } from '../src/corpus/failures.js';
import { Lab } from '../src/corpus/lab.js';
import { describeWithPeers } from '../src/peers/describe-with-peers.js';
import { findProgram } from '../src/peers/find.js';

describeWithPeers(['ssh', 'sshd', 'rsync'], 'explain, on failures of this machine', () => {
  let lab: Lab;
  beforeAll(async () => void (lab = await Lab.open()));
  afterAll(() => lab.close());

  const some = [
    'auth-wrong-key',
    'host-key-changed',
    'dns-no-such-name',
    'refused',
    'timeout-banner',
    'negotiation-cipher',
    'lost-closed-before-the-greeting',
    'bad-config-option',
    'command-not-found-login-shell',
    'silent-remote-killed',
    'rsync-missing-there',
    'rsync-unclean-shell',
    'rsync-23-missing-source',
  ];
  const live = failures.filter(
    ({ name, needs = [] }) =>
      some.includes(name) && needs.every((program) => findProgram(program) !== null),
  );

  it('are all found', () => expect(live).toHaveLength(some.length));

  it.each(live)('calls $name by its name', async (testCase) => {
    const captured = await testCase.run(lab);
    const { kind } = explain(captured.stderr, exitStatus(captured.code, captured.signal));
    expect(kind).toBe(expectedKind(testCase, captured));
  });
});
