import { describe, expect, it } from 'vitest';
import { findSshOnWindows } from '../../src/command/find-ssh.js';

describe('the default remote shell', () => {
  const system = 'C:\\Windows\\System32\\OpenSSH\\ssh.exe';
  const git = 'C:\\Program Files\\Git\\usr\\bin\\ssh.exe';
  const env = { Path: '.;C:\\tools;"D:\\more tools";;bin', SystemRoot: 'C:\\Windows' };
  const among =
    (...files: string[]) =>
    (file: string) =>
      files.includes(file);

  it.each([
    ['the one on PATH first', among('C:\\tools\\ssh.exe', system), 'C:\\tools\\ssh.exe'],
    ['also in a quoted folder', among('D:\\more tools\\ssh.exe'), 'D:\\more tools\\ssh.exe'],
    ["then Windows' own", among(system, git), system],
    ["then Git's", among(git), git],
    ["Windows' own when there is none, so that the error names it", among(), system],
    // Windows would start it before one on PATH, if the name alone were given.
    [
      'never the one in the current folder',
      among('ssh.exe', '.\\ssh.exe', 'bin\\ssh.exe', git),
      git,
    ],
  ])('is on Windows %s', (_, exists, expected) => {
    expect(findSshOnWindows(env, exists)).toBe(expected);
  });

  it('is searched in the usual places without environment variables', () => {
    expect(findSshOnWindows({}, among(system))).toBe(system);
  });
});
