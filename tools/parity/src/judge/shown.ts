import type { Observation } from '../matrix/observation.js';
import type { Scenario } from '../matrix/scenario.js';

/** What is missing for the scenario to have brought its failure about, in words; empty: nothing. */
export function missing(
  { shows }: Pick<Scenario<never>, 'shows'>,
  { client, fd2 }: Observation,
): string[] {
  const wrong: string[] = [];
  const how = client.signal ?? client.code;
  if (client.code === null || !shows.codes.includes(client.code)) {
    wrong.push(`the client ended with ${how}, not with ${shows.codes.join(' or ')}`);
  }
  const lacks = (what: string, pattern: RegExp | undefined, bytes: Buffer) => {
    if (pattern === undefined || pattern.test(bytes.toString('latin1'))) return;
    const text = bytes.toString('latin1').slice(0, 300);
    wrong.push(`${what} has nothing like ${String(pattern)}: ${JSON.stringify(text)}`);
  };
  lacks('fd 2', shows.fd2, fd2);
  lacks("the client's stderr", shows.client, client.stderr);
  return wrong;
}
