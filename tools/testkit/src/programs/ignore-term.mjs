// ignore-term: ignores SIGTERM, says when it does, and lives for a minute.
process.on('SIGTERM', () => {});
process.stdout.write('ready\n');
setTimeout(() => {}, 60_000);
