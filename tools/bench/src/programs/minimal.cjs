// minimal ARGUMENTS…: the smallest program that runs ssh on its own stdin, stdout and stderr and ends like it.
const child = require('node:child_process').spawn('ssh', process.argv.slice(2), {
  stdio: 'inherit',
});
child.on('exit', (code, signal) => {
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
});
