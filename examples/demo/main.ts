import { buildPackages } from '@rsync-io/kit/build';
import { command } from '@rsync-io/kit/command';

const HELP = `Usage: npm run demo [-- --json]

Copies a small tree with awkward names over SSH and back, makes some transfers fail, and shows the stderr of each
with the flag ssh-socketpair-stderr off and on. Uses the installed rsync, ssh and sshd (npm run setup:peers), or
tar and an embedded SSH server, on 127.0.0.1.

  --json   print the results as JSON on stdout, and nothing else
  --help   print this text

Exit status: 0 every step had the expected result; 1 one did not; 2 wrong usage.
`;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

await command({
  name: 'demo',
  help: HELP,
  options: { json: { type: 'boolean', default: false } },
  read: ({ json }) => json,
  run: async (json) => {
    await buildPackages();
    const { demo } = await import('./demo.ts');
    return demo(json);
  },
});
