import path from 'node:path';
import {
  AsyncSshTransport,
  describeExitStatus,
  explain,
  SshCommand,
  STDERR_BUFFER_CAP,
} from '@rsync-io/ssh';
import { freePort, program, type SshPeer, treeDigest } from '@rsync-io/testkit';
import type { FlagState } from '@rsync-io/kit/workspace';
import { type Mover, options, rsyncMover, type SshClient, tarMover } from './mover.ts';

/** Result of one step. */
export interface StepResult {
  readonly flag: FlagState;
  readonly step: string;
  readonly backend: string;
  /** The folders that were copied and compared; empty if none were. */
  readonly moved: string;
  /** Bytes of stderr that the channel captured; `null` if the child inherited stderr. */
  readonly captured: number | null;
  readonly exit: string;
  readonly explanation: string;
  /** Whether the step had the expected result. */
  readonly ok: boolean;
}

/** Passed by the parent process. */
export interface ScenarioInput {
  readonly flag: FlagState;
  readonly server: SshPeer;
  readonly client: SshClient;
  readonly mover: Mover['name'];
  /** A folder with the tree in `source`, for this state of the flag only. */
  readonly folder: string;
  readonly tree: { readonly files: number; readonly bytes: number };
}

// A separate process, because the export condition that selects the flag applies to the whole process.
const input = JSON.parse(process.argv[2] as string) as ScenarioInput;
const { flag, server, client, folder, tree } = input;
const mover = input.mover === 'rsync' ? rsyncMover(server, client) : tarMover(server, client);
const source = path.join(folder, 'source');
const pushed = path.join(folder, 'pushed');
const pulled = path.join(folder, 'pulled');
const expected = treeDigest(source).join('\n');

/** Finishes a step and sends its result to the parent. */
async function step(
  name: string,
  transport: AsyncSshTransport,
  check: { moved?: () => string; exits: (code: number | null) => boolean; bytes?: number },
): Promise<void> {
  const { status, stderr } = await transport.waitWithStderr();
  const { backend, totalBytes } = transport.stderrSnapshot();
  await transport[Symbol.asyncDispose]();
  const { kind, summary } = explain(stderr, status);
  const moved = check.moved?.() ?? '';
  const captured = backend === 'inherit' ? null : totalBytes;
  const result: StepResult = {
    flag,
    step: name,
    backend,
    moved,
    captured,
    exit: describeExitStatus(status).replace('exited with ', ''),
    explanation:
      kind === 'success' ? '' : captured === null ? 'nothing captured to explain' : summary,
    ok:
      check.exits(status.code) &&
      !moved.startsWith('differs') &&
      (captured === null || check.bytes === undefined || captured === check.bytes) &&
      stderr.length <= STDERR_BUFFER_CAP &&
      (flag === 'on') === (captured !== null),
  };
  process.send?.(result);
}

const verified = (target: string) => () =>
  treeDigest(target).join('\n') === expected ? `${tree.files} files, ${tree.bytes} B` : 'differs';
const remote = (command: string, sshArgs = server.sshArgs) =>
  AsyncSshTransport.spawn(
    SshCommand.raw(client.program, [...client.args, ...sshArgs, server.host, command]),
    options,
  );
const succeeds = (code: number | null) => code === 0;
const writesEveryByte = `"${process.execPath}" "${program('write-stderr')}" 512 bytes 3`;

await step(`push by ${mover.name}`, await mover.push(source, pushed), {
  moved: verified(pushed),
  exits: succeeds,
});
await step(`pull by ${mover.name}`, await mover.pull(pushed, pulled), {
  moved: verified(pulled),
  exits: succeeds,
});
await step(
  'pull of a missing folder',
  await mover.pull(path.join(folder, 'missing'), path.join(folder, 'none')),
  {
    // rsync's code for a partial transfer, tar's for a fatal error (1 on BSD).
    exits: (code) => (mover.name === 'rsync' ? code === 23 : code === 1 || code === 2),
  },
);
await step('256 byte values on stderr, twice', await remote(writesEveryByte), {
  exits: (code) => code === 3,
  bytes: 512,
});
await step(
  'a port that refuses',
  await remote('true', [...server.sshArgs, '-p', String(await freePort())]),
  {
    exits: (code) => code === 255,
  },
);
process.disconnect();
