import type { Mask, Scenario } from '../matrix/scenario.ts';

type Maskable = Pick<Scenario<never>, 'masks' | 'shows'>;

/** rsync's last line contains its exit code. */
const CODE: Mask = {
  pattern: /^rsync error: .* \(code \d+\) at .*$/gm,
  by: 'rsync error: one of its codes',
};

/** The bytes as ISO 8859-1 text, with a scenario's volatile parts masked. */
export function masked(bytes: Uint8Array, { masks = [], shows }: Maskable): string {
  let text = Buffer.from(bytes).toString('latin1');
  for (const { pattern, by } of shows.codes.length > 1 ? [CODE, ...masks] : masks) {
    text = text.replace(pattern, by);
  }
  return text;
}
