import { describe, expect, it } from 'vitest';
import { exitStatus } from '../../src/trait/exit-status.js';
import { surfaceText } from '../../src/drain/surface.js';

const text = (stderr: string, withTail: boolean, status = exitStatus(255)) =>
  Buffer.from(surfaceText(status, Buffer.from(stderr, 'latin1'), withTail)).toString('latin1');

describe('the text on error', () => {
  it('is a headline and the trimmed tail, byte for byte', () => {
    expect(text('\r\n no \xff entry \n\n', true)).toBe(
      'ssh process exited with status 255:\nno \xff entry\n',
    );
  });

  it('trims every kind of white space from the tail, and nothing else', () => {
    expect(text('\t\n\v\f\r \b x\x0e \t\n', true)).toBe(
      'ssh process exited with status 255:\n\b x\x0e\n',
    );
    expect(text(' \n\n ', true, exitStatus(3))).toBe(
      'ssh process exited with status 3: its messages are above\n',
    );
  });

  it('has a period only before a hint', () => {
    const endLine = 'rsync error: received SIGUSR1 (code 19) at main.c(1) [sender=3.5.0]\n';
    expect(text(endLine, false, exitStatus(19))).toBe(
      'ssh process exited with status 19: rsync: it received SIGUSR1 (code 19)\n',
    );
  });

  it('names the signal', () => {
    expect(text('x', true, exitStatus(null, 'SIGTERM'))).toBe(
      'ssh process was killed by SIGTERM:\nx\n',
    );
  });

  it('explains instead of repeating what was forwarded', () => {
    const refused = 'ssh: connect to host h port 22: Connection refused\r\n';
    expect(text(refused, false)).toBe(
      'ssh process exited with status 255: connection refused: nothing listens on that port. ' +
        'Check the port (-p), and that the SSH server runs.\n',
    );
  });

  it('points to messages that it cannot explain, and states when there are none', () => {
    expect(text('hm\n', false, exitStatus(3))).toBe(
      'ssh process exited with status 3: its messages are above\n',
    );
    expect(text('', true, exitStatus(3))).toBe(
      'ssh process exited with status 3: it wrote nothing to stderr\n',
    );
  });
});
