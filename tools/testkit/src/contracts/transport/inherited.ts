import { describe, expect, it } from 'vitest';
import { type ContractContext, act } from './environment.js';

/** A build in which the child inherits fd 2. */
export function inheritedStderrCases({ start }: ContractContext): void {
  describe('stderr', () => {
    it('is inherited by the child and not captured', async () => {
      const transport = await start(act('err:inherited\n', 'exit:3'));
      const { status, stderr } = await transport.waitWithStderr();
      expect(status.code).toBe(3);
      expect(stderr).toHaveLength(0);
      expect(transport.stderrSnapshot()).toMatchObject({ backend: 'inherit', ended: null });
    });
  });
}
