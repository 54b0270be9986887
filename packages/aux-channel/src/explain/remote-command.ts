import { type Explanation, explained, explanation, type Rule } from './explanation.js';
import type { StderrText } from './text.js';

const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

const notFound: Rule = {
  kind: 'command-not-found',
  // In this order: bash and similar shells; zsh; tcsh; env(1) and similar programs; sudo.
  pattern:
    /^(?:(?:\S*\/)?(?:ba|da|a|k|mk|z|)sh: (?:line \d+: |\d+: )?[^\s:]+: (?:(?:command )?not found|inaccessible or not found|No such file or directory)|zsh:\d+: (?:command not found|no such file or directory): \S+|[^\s:]+: Command not found\.|(?:env|nohup|nice|timeout|setsid): .+: No such file or directory|sudo: \S+: command not found)$/,
  summary: 'the remote command was not found',
  hint: 'Install it there, or name its path (rsync: --rsync-path).',
};

const notExecutable: Rule = {
  kind: 'command-not-executable',
  pattern:
    /^(?:(?:\S*\/)?(?:ba|da|a|k|mk|z|)sh: (?:line \d+: |\d+: )?[^\s:]+: (?:Permission denied|Is a directory|cannot execute.*|.*Exec format error)|zsh:\d+: (?:permission denied|exec format error): \S+|(?:env|nohup|nice|timeout|setsid): .+: (?:Permission denied|Exec format error))$/,
  summary: 'the remote command could not be executed',
  hint: 'Check its permissions on the remote host.',
};

/** fish prints the command line and a marker below this line. */
const FISH = /^fish: Unknown command:? \S+$/;

/** Explains a remote shell's message about a command that it cannot run, by the exit statuses of POSIX. */
export function explainRemoteCommand({ lines }: StderrText, code: number): Explanation | null {
  const rule = code === NOT_FOUND ? notFound : code === NOT_EXECUTABLE ? notExecutable : null;
  if (rule === null) return null;
  if (lines.length === 0) return explanation(rule.kind, rule.summary, rule.hint);
  const last = lines.at(-1) as string;
  if (rule.pattern.test(last)) return explained(rule, last);
  const fish = lines.findLastIndex((line) => FISH.test(line));
  const isFish = fish !== -1 && lines[fish + 1]?.startsWith('fish:') !== false;
  return rule === notFound && isFish ? explained(rule, lines[fish] as string) : null;
}

/** Does the same for an rsync that received nothing; `line` is the line above rsync's own lines. */
export function explainMissingRsync(line: string): Explanation | null {
  const rule = [notFound, notExecutable].find(({ pattern }) => pattern.test(line));
  return rule ? explained(rule, line) : null;
}
