/** Whether the terminal decodes UTF-8, as POSIX defines it. Node always writes UTF-8 to Windows consoles. */
export function localeIsUtf8(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean {
  if (platform === 'win32') return true;
  return /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '');
}
