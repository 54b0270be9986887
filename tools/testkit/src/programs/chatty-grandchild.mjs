// chatty-grandchild SECONDS REPORT_FILE: leaves a process behind that writes to fd 2 every 10 ms, and
// says in REPORT_FILE how that ended. Prints its pid.
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';

const [seconds, report] = process.argv.slice(2);
const chatter = `
  const { writeFileSync, writeSync } = require('node:fs');
  const until = Date.now() + ${Number(seconds)} * 1000;
  const report = (text) => { writeFileSync(${JSON.stringify(report)}, text); process.exit(); };
  setInterval(() => {
    if (Date.now() > until) report('every write succeeded');
    try { writeSync(2, 'chatter\\n'); } catch (error) { report(error.code); }
  }, 10);`;
const stdio = ['ignore', 'ignore', 'inherit'];
const child = spawn(process.execPath, ['-e', chatter], { detached: true, stdio });
child.unref();
writeSync(1, `${child.pid}\n`);
process.exit(0);
