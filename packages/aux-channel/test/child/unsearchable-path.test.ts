import { delimiter } from 'node:path';
import { expect, it, vi } from 'vitest';
import { spawnError } from '../../src/child/spawn-error.js';
import { SshCommand } from '../../src/command/ssh-command.js';

// root may search every folder.
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  accessSync: (folder: string) => {
    if (folder === '/closed') throw Object.assign(new Error('access'), { code: 'EACCES' });
  },
}));

const messageFor = (program: string, folders: string[]) => {
  const env = { PATH: folders.join(delimiter) };
  const cause = Object.assign(new Error('spawn EACCES'), { code: 'EACCES' });
  return spawnError(SshCommand.raw(program, [], { env }), cause).message;
};

it('an unsearchable folder of PATH is named if a program is not found', () => {
  expect(messageFor('ssh', ['/bin', '/closed'])).toMatch(
    /the folder "\/closed" of PATH cannot be searched/,
  );
  expect(messageFor('ssh', ['/bin'])).toMatch(/it may not be executed/);
  expect(messageFor('/closed/ssh', ['/closed'])).toMatch(/it may not be executed/);
});
