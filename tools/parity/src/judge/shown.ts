import type { Observation } from '../matrix/observation.ts';
import type { Scenario } from '../matrix/scenario.ts';

/** Why the scenario did not cause its failure; empty if it did. */
export function missing(
  { shows }: Pick<Scenario<never>, 'shows'>,
  { client, fd2 }: Observation,
): string[] {
  const wrong: string[] = [];
  const how = client.signal ?? client.code;
  if (client.code === null || !shows.codes.includes(client.code)) {
    wrong.push(`the client exited with ${how}, not with ${shows.codes.join(' or ')}`);
  }
  const lacks = (what: string, pattern: RegExp | undefined, bytes: Buffer) => {
    if (pattern === undefined || pattern.test(bytes.toString('latin1'))) return;
    const text = bytes.toString('latin1').slice(0, 300);
    wrong.push(`${what} does not match ${String(pattern)}: ${JSON.stringify(text)}`);
  };
  lacks('fd 2', shows.fd2, fd2);
  lacks("the client's stderr", shows.client, client.stderr);
  return wrong;
}
