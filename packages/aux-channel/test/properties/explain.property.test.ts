import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exitStatus } from '../../src/trait/exit-status.js';
import { explain } from '../../src/explain/explain.js';
import { streamOfTokens } from './streams.js';

const LINES = [
  'root@example.org: Permission denied (publickey).\r\n',
  'Host key verification failed.\r\n',
  'ssh: connect to host h port 22: Connection refused\r\n',
  'ssh: Could not resolve hostname h: Name or service not known\r\n',
  'bash: line 1: rsync: command not found\n',
  'protocol version mismatch -- is your shell clean?\n',
  'rsync error: some files could not be transferred (code 23) at main.c(1338) [sender=3.5.0]\n',
  'Connection closed by 192.0.2.1 port 22\r\n',
  '\n',
];
const stderr = fc
  .array(
    fc.oneof(
      fc.constantFrom(...LINES).map((line) => Buffer.from(line)),
      streamOfTokens,
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts));
const status = fc.oneof(
  fc.constantFrom(0, 1, 12, 23, 126, 127, 255).map((code) => exitStatus(code)),
  fc.constantFrom('SIGKILL', 'SIGTERM').map((signal) => exitStatus(null, signal as NodeJS.Signals)),
);

describe('explain', () => {
  it('is bounded, printable, and quotes a line that exists', () => {
    fc.assert(
      fc.property(stderr, status, (bytes, how) => {
        const { kind, summary, hint, evidence } = explain(bytes, how);
        expect(summary).toMatch(/^[^\p{Cc}]{1,240}$/u);
        expect(hint).toMatch(/^[^\p{Cc}]{0,240}$/u);
        if (evidence !== null) {
          expect(evidence.length).toBeLessThanOrEqual(240);
          expect(evidence).not.toMatch(/[\p{Cc}\p{Cf}]/u);
          // The shown form of one line of it.
          const shown = (line: string) =>
            line.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd').trim();
          const lines = bytes.toString().split('\n').map(shown);
          expect(lines.some((line) => line.includes(evidence.slice(0, 200)))).toBe(true);
        }
        if (how.success) expect(kind).toBe('success');
        if (kind === 'success') expect(how.success).toBe(true);
        if (kind === 'unknown') expect(hint).toBe('');
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not depend on other text of an unknown remote side', () => {
    fc.assert(
      fc.property(streamOfTokens, (bytes) => {
        const text = bytes.toString('latin1').replaceAll('Permission denied', 'hello');
        expect(explain(Buffer.from(text, 'latin1'), exitStatus(3)).kind).toBe('unknown');
      }),
      { numRuns: 300 },
    );
  });
});
