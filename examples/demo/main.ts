import { buildPackages } from '@rsync-io/kit/build';
import { flag, tool } from '@rsync-io/kit/tool';

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

await tool({
  name: 'demo',
  about: `Copies a small tree with awkward names over SSH and back, makes some transfers fail, and shows the stderr of each
with the flag ssh-socketpair-stderr off and on. Uses the installed rsync, ssh and sshd (npm run setup:peers), or
tar and an embedded SSH server, on 127.0.0.1.`,
  options: { json: flag('print the results as JSON on stdout, and nothing else') },
  exits: '0 every step had the expected result; 1 one did not',
  run: async ({ json }) => {
    await buildPackages();
    const { demo } = await import('./demo.ts');
    return demo(json);
  },
});
