export const usage = `Usage: rsync-io run [options] HOST... -- COMMAND [ARG...]

Runs one command on many hosts at once. Output is copied to stdout and stderr, each line prefixed with its
host; a table of the results follows on stderr. A host is [user@]host or an alias from the ssh
configuration. ssh joins the words of the command with spaces for the remote shell; its stdin is empty.

Options:
  --hosts-file FILE        read more hosts from FILE, one per line; # begins a comment; - is stdin
  --jobs N                 number of hosts to run on at once, 1 to 1000 (default: 16)
  --timeout SECONDS        end a host's ssh after this time (default: no limit)
  --connect-timeout SECONDS
                           time limit for connecting to a host (default: 30)
  --ssh-option NAME=VALUE  set an option of ssh_config(5); may be repeated
  --ssh-config FILE        use FILE instead of the user's ssh configuration file
  --program PATH           the ssh program to start (default: ssh)
  --json                   print JSON on stdout, one document per line: each host as it ends, with
                           the newest 64 KiB of each of its streams, then the totals
  --help

ssh runs in BatchMode and asks for no password, since many hosts would ask at once; use
--ssh-option BatchMode=no to allow it. Ctrl-C ends every ssh and prints the results so far; a second
Ctrl-C kills every ssh at once. NO_COLOR is respected.

Exit status: 0 if every host succeeded; 1 if any host did not; 2 if the arguments are invalid and nothing
was started; 129, 130, 143 if ended by SIGHUP, SIGINT, SIGTERM; 141 if stdout was closed.
`;
