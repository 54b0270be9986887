import { describe, expect, it } from 'vitest';
import { exitStatus } from '../src/exit-status.js';
import { surfaceText } from '../src/surface.js';

const text = (stderr: string, withTail: boolean, status = exitStatus(255)) =>
  Buffer.from(surfaceText(status, Buffer.from(stderr, 'latin1'), withTail)).toString('latin1');

describe('the text on error', () => {
  it('is a headline and the trimmed tail, byte for byte', () => {
    expect(text('\r\n no \xff entry \n\n', true)).toBe(
      'ssh process exited with status 255:\nno \xff entry\n',
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

  it('points at messages that it cannot explain, and says when there are none', () => {
    expect(text('hm\n', false, exitStatus(3))).toBe(
      'ssh process exited with status 3: its messages are above\n',
    );
    expect(text('', true, exitStatus(3))).toBe(
      'ssh process exited with status 3: it wrote nothing to stderr\n',
    );
  });
});
