import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inheritedSnapshot } from '../../src/child/supervised-child.js';
import { explanationKinds } from '../../src/explain/explanation.js';
import { exitStatus } from '../../src/trait/exit-status.js';
import { explain } from '../../src/explain/explain.js';

const of = (stderr: string, code: number | null = 255, signal: NodeJS.Signals | null = null) =>
  explain(Buffer.from(stderr, 'latin1'), exitStatus(code, signal));

describe('explain', () => {
  it.each([
    ['auth', 'u@h: Permission denied (publickey,password).\r\n'],
    ['auth', 'Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures\r\n'],
    [
      'host-key-changed',
      '@@@@\r\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\n@@@@\r\nHost key verification failed.\r\n',
    ],
    [
      'host-key-unknown',
      'No ED25519 host key is known for h and you have requested strict checking.\r\nHost key verification failed.\r\n',
    ],
    ['host-key-unknown', 'Host key verification failed.\r\n'],
    ['dns', 'ssh: Could not resolve hostname nope.invalid: Name or service not known\r\n'],
    ['refused', 'ssh: connect to host 127.0.0.1 port 1: Connection refused\r\n'],
    ['timeout', 'ssh: connect to host h port 22: Connection timed out\r\n'],
    ['timeout', 'ssh: connect to host h port 22: Operation timed out\r\n'],
    [
      'timeout',
      'Connection timed out during banner exchange\r\nConnection to 127.0.0.1 port 1 timed out\r\n',
    ],
    ['no-route', 'ssh: connect to host h port 22: No route to host\r\n'],
    ['no-route', 'ssh: connect to host h port 22: Network is unreachable\r\n'],
    [
      'negotiation',
      'Unable to negotiate with 1.2.3.4 port 22: no matching cipher found. Their offer: aes128-cbc\r\n',
    ],
    ['connection-lost', 'kex_exchange_identification: Connection closed by remote host\r\n'],
    ['connection-lost', 'Connection to h closed by remote host.\r\n'],
    ['connection-lost', 'Timeout, server h not responding.\r\n'],
    ['connection-lost', 'client_loop: send disconnect: Broken pipe\r\n'],
    ['bad-config', 'command-line: line 0: Bad configuration option: foo\r\n'],
    [
      'key-permissions',
      '@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\r\nu@h: Permission denied (publickey).\r\n',
    ],
  ])('finds %s in %j', (kind, stderr) => {
    expect(of(stderr).kind).toBe(kind);
  });

  it.each([
    ['command-not-found', 127, 'bash: line 1: rsync: command not found\n'],
    ['command-not-found', 127, ''],
    ['command-not-executable', 126, ''],
    ['silent-255', 255, ''],
    ['silent-255', 255, '\r\n'],
    [
      'unclean-shell',
      2,
      'protocol version mismatch -- is your shell clean?\nrsync error: protocol incompatibility (code 2) at compat.c(622) [sender=3.2.7]\n',
    ],
    ['unknown', 1, ''],
    ['unknown', 3, 'something else\n'],
    ['unknown', 255, 'something else\n'],
  ])('finds %s with status %d and %j', (kind, code, stderr) => {
    expect(of(stderr, code).kind).toBe(kind);
  });

  it('recognizes the last line of rsync', () => {
    const explanation = of(
      'rsync error: some files/attrs were not transferred (see previous errors) (code 23) at main.c(1338) [sender=3.2.7]\n',
      23,
    );
    expect(explanation).toMatchObject({
      kind: 'rsync',
      summary: 'rsync: partial transfer: some files could not be transferred (code 23)',
    });
  });

  it('names the signal that ended the child', () => {
    expect(of('', null, 'SIGKILL')).toMatchObject({
      kind: 'killed',
      summary: 'a signal ended it: SIGKILL',
    });
  });

  it('does not explain a success', () => {
    expect(of('u@h: Permission denied (publickey).\r\n', 0).kind).toBe('success');
  });

  it("ignores messages of ssh with a status other than ssh's own, because the remote side can print anything", () => {
    expect(of('ssh: connect to host h port 22: Connection refused\n', 1).kind).toBe('unknown');
  });

  it('ignores messages of ssh without the line end of ssh', () => {
    expect(of('ssh: connect to host h port 22: Connection refused\n').kind).toBe('unknown');
  });

  it('uses the last message of ssh, not an earlier banner', () => {
    const banner = 'ssh: connect to host h port 22: Connection refused\r\nWelcome\r\n';
    expect(of(`${banner}u@h: Permission denied (publickey).\r\n`).kind).toBe('auth');
    expect(of(`${banner}backup: cannot lock\n`).kind).toBe('unknown');
  });

  it('finds the message of ssh above an rsync that did not wait for its status', () => {
    const rsync =
      'rsync: connection unexpectedly closed (0 bytes received so far) [sender]\n' +
      'rsync error: error in rsync protocol data stream (code 12) at io.c(285) [sender=3.5.0]\n';
    expect(of(`u@h: Permission denied (publickey).\r\n${rsync}`, 12).kind).toBe('auth');
    expect(of(rsync, 12).kind).toBe('connection-lost');
  });

  it('ignores a final line of rsync among file names or with another status', () => {
    const endLine = 'rsync error: some files vanished (code 23) at main.c(1) [sender=3.5.0]\n';
    expect(of(`a.txt\n${endLine}b.txt\n`, 23).kind).toBe('unknown');
    expect(of(endLine, 1).kind).toBe('unknown');
    expect(of(endLine, 23).kind).toBe('rsync');
  });

  describe('of an rsync that started a remote shell', () => {
    const end = (code: number, role = 'sender') =>
      `rsync error: some words (code ${code}) at main.c(1) [${role}=3.5.0]\n`;
    const lost = (bytes: number) =>
      `rsync: connection unexpectedly closed (${bytes} bytes received so far) [sender]\n`;
    const notFound = 'bash: line 1: rsync: command not found\n';

    it.each([
      ['command-not-found', 127, ''],
      ['command-not-found', 126, ''],
      ['command-not-found', 12, lost(0)],
      // Bytes were received, so an rsync ran there; a file may have this name.
      ['connection-lost', 12, lost(7)],
      ['rsync', 12, ''],
      ['rsync', 23, ''],
      ['rsync', 23, lost(0)],
    ])('finds %s in a message of the shell, with status %d and %j', (kind, code, between) => {
      expect(of(`${notFound}${between}${end(code)}`, code).kind).toBe(kind);
    });

    it('treats the last line before those of rsync as the message of the shell', () => {
      const other = 'Welcome\n';
      expect(of(`${other}${notFound}${end(127)}`, 127).kind).toBe('command-not-found');
      expect(of(`${notFound}${other}${end(127)}`, 127).kind).toBe('rsync');
      expect(of(end(127), 127).kind).toBe('rsync');
    });

    it('uses messages of ssh only with the status of a lost stream', () => {
      const ssh = 'u@h: Permission denied (publickey).\r\n';
      expect(of(`${ssh}${end(12)}`, 12).kind).toBe('auth');
      expect(of(`${ssh}${end(23)}`, 23).kind).toBe('rsync');
      expect(of(`${ssh}${end(23)}`, 12).kind).toBe('unknown');
      expect(of(`${ssh}${end(12)}`, 23).kind).toBe('unknown');
      expect(of(`${ssh}${end(12)}Welcome\n`, 12).kind).toBe('unknown');
    });

    it('explains a protocol error of one side as an unclean shell', () => {
      const mismatch = 'protocol version mismatch -- is your shell clean?\n';
      expect(of(`${mismatch}${end(2)}`, 2).kind).toBe('unclean-shell');
      expect(of(`${mismatch}${end(2)}${end(2)}`, 2).kind).toBe('unclean-shell');
      expect(of(`${mismatch}${end(2, 'receiver')}${end(2)}`, 2).kind).toBe('rsync');
      expect(of(`${mismatch}${end(12)}`, 12).kind).toBe('rsync');
      expect(of(`x ${mismatch}${end(2)}`, 2).kind).toBe('rsync');
      expect(of(end(2), 2).kind).toBe('rsync');
    });

    it('reports the cause from the side that failed first', () => {
      const { summary, evidence } = of(`${end(11, 'receiver')}${lost(7)}${end(12)}`, 12);
      expect(summary).toMatch(/\(code 11\)/);
      expect(evidence).toMatch(/\(code 11\)/);
      // A code that rsync does not have explains nothing.
      expect(of(`${end(99, 'receiver')}${lost(7)}${end(12)}`, 12).kind).toBe('connection-lost');
      expect(of(`${end(11, 'receiver')}${end(23)}`, 23).evidence).toMatch(/\(code 23\)/);
    });

    it.each([
      ['dns', 10, 'rsync: getaddrinfo: nope.invalid 873: Name or service not known\n'],
      [
        'refused',
        10,
        'rsync: [Receiver] failed to connect to h (127.0.0.1): Connection refused (111)\n',
      ],
      ['timeout', 10, 'rsync: failed to connect to h (10.0.0.1): Connection timed out (110)\n'],
      ['no-route', 10, 'rsync: failed to connect to h (10.0.0.1): No route to host (113)\n'],
      ['auth', 5, '@ERROR: auth failed on module m\n'],
    ])('finds %s of a daemon only with status %d', (kind, code, line) => {
      expect(of(`${line}${end(code)}`, code).kind).toBe(kind);
      expect(of(`${line}${end(23)}`, 23).kind).toBe('rsync');
      expect(of(end(code), code).kind).toBe('rsync');
    });
  });

  it('recognizes fish, which prints more lines below its message', () => {
    expect(of('fish: Unknown command: x\nfish: \nx\n^\n', 127).kind).toBe('command-not-found');
  });

  it('does not match part of a line', () => {
    expect(of('tip: if you see "Host key verification failed." call us\n').kind).toBe('unknown');
  });

  it('limits its evidence and removes control characters', () => {
    const { evidence } = of(
      `ssh: Could not resolve hostname \x1b]0;x\x07${'y'.repeat(900)}: no\r\n`,
    );
    expect(evidence).toHaveLength(240);
    expect(evidence).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
    expect(evidence).toContain(' \ufffd]0;x\ufffdyyy');
  });

  describe('with evidence', () => {
    const changed =
      '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\nHost key verification failed.\r\n';
    const withEvidence = (stderr: string, code: number, evidence: object) =>
      explain(Buffer.from(stderr, 'latin1'), exitStatus(code), evidence);

    it('excludes a login failure after bytes have arrived on the wire', () => {
      expect(withEvidence(changed, 255, { bytesReceived: 0 }).kind).toBe('host-key-changed');
      expect(withEvidence(changed, 255, { bytesReceived: 1 }).kind).toBe('unknown');
      const lost = 'Connection to h closed by remote host.\r\n';
      expect(withEvidence(lost, 255, { bytesReceived: 1 }).kind).toBe('connection-lost');
    });

    it('excludes a login failure after the line that reports a successful login', () => {
      const verbose = 'Authenticated to h ([10.0.0.1]:22) using "publickey".\r\n';
      expect(of(`${verbose}${changed}`).kind).toBe('unknown');
    });

    it('does not explain an empty stderr if ssh is quiet, but still explains messages of the remote shell', () => {
      expect(withEvidence('', 255, { sshIsQuiet: true }).kind).toBe('unknown');
      const notFound = 'bash: line 1: rsync: command not found\n';
      expect(withEvidence(notFound, 127, { sshIsQuiet: true }).kind).toBe('command-not-found');
    });

    it('names no cause if nothing was captured', () => {
      const notCaptured = { kind: 'not-captured', hint: '', retryable: false };
      expect(withEvidence('', 255, { captured: false })).toMatchObject(notCaptured);
      expect(explain(inheritedSnapshot(), exitStatus(255))).toMatchObject(notCaptured);
      expect(explain(inheritedSnapshot(), exitStatus(0)).kind).toBe('success');
      expect(explain(inheritedSnapshot(), exitStatus(null, 'SIGTERM')).kind).toBe('killed');
      const snapshot = {
        ...inheritedSnapshot(),
        backend: 'pipe',
        bytes: Buffer.from(changed),
      } as const;
      expect(explain(snapshot, exitStatus(255)).kind).toBe('host-key-changed');
    });

    it('rejects unknown evidence', () => {
      expect(() => withEvidence('', 255, { capture: false })).toThrow(
        /Did you mean evidence.captured/,
      );
      expect(() => withEvidence('', 255, { bytesReceived: '1' })).toThrow(/a number/);
    });
  });

  it('gives no hint that lowers security, because the remote side can print any text', () => {
    const hints = [
      'WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\n'.replace(/^/, '@    '),
      'Host key verification failed.\r\n',
      'Unable to negotiate with 1.2.3.4 port 22: no matching cipher found. Their offer: 3des-cbc\r\n',
    ].map((stderr) => of(stderr).hint);
    for (const hint of hints) expect(hint).not.toMatch(/ssh-keygen|ssh-keyscan|accept|allow/i);
  });

  it('recognizes a helper of ssh that cannot open /dev/stderr', () => {
    const helper = 'sh: 1: cannot create /dev/stderr: No such device or address\n';
    const lost = 'kex_exchange_identification: Connection closed by remote host\r\n';
    expect(of(`${helper}${lost}`)).toMatchObject({ kind: 'helper-stderr', retryable: false });
    expect(of(helper).kind).toBe('unknown');
  });

  it.each([
    [true, 'ssh: connect to host h port 22: Connection refused\r\n'],
    [true, 'ssh: connect to host h port 22: Connection timed out\r\n'],
    [true, 'kex_exchange_identification: read: Connection reset by peer\r\n'],
    [true, 'ssh: Could not resolve hostname h: Temporary failure in name resolution\r\n'],
    [false, 'ssh: Could not resolve hostname h: Name or service not known\r\n'],
    [false, 'u@h: Permission denied (publickey).\r\n'],
    [false, 'Host key verification failed.\r\n'],
    [false, 'command-line: line 0: Bad configuration option: foo\r\n'],
    [false, ''],
  ])('sets retryable to %j for %j', (retryable, stderr) => {
    expect(of(stderr).retryable).toBe(retryable);
  });

  it('has exactly the kinds that the README lists', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const section = readme.slice(readme.indexOf('## Failures')).split('\n## ')[0] as string;
    const listed = [...section.matchAll(/^- `([a-z0-9-]+)`(?: \(retryable\))?: /gm)].map(
      ([, kind]) => kind,
    );
    expect(listed.sort()).toEqual([...explanationKinds].sort());
  });

  it('matches 64 KiB of hostile lines without catastrophic backtracking', () => {
    const hostile = `${'@'.repeat(30_000)}: Permission denied (${'a,'.repeat(15_000)}\n`;
    expect(of(hostile).kind).toBe('unknown');
  });
});
