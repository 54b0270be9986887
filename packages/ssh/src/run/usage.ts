export const usage = `Usage: rsync-io run [options] HOST... -- COMMAND [ARG...]

Runs one command on many hosts at once. Each host's lines appear with its name before them, on the stream
they came on; a table of what happened follows on stderr. Hosts are [user@]host or aliases of the ssh
configuration. ssh joins the command's words by spaces for the remote shell; its stdin is empty.

Options:
  --hosts-file FILE        more hosts, one a line; # begins a comment; - reads stdin
  --jobs N                 how many at once, 1 to 1000 (default: 16)
  --timeout SECONDS        end a host's ssh after so long (default: never)
  --connect-timeout SECONDS
                           how long ssh may take to connect (default: 30)
  --ssh-option NAME=VALUE  an option of ssh_config(5); may be given again
  --ssh-config FILE        the configuration file for ssh, in place of the user's
  --program PATH           the ssh to start (default: ssh)
  --json                   JSON on stdout, one document a line: each host as it ends, then the totals;
                           what the hosts wrote is in there, the newest 64 KiB of each stream
  --help

ssh asks for nothing (BatchMode), or many hosts would ask at once; --ssh-option BatchMode=no lets it.
Ctrl-C ends every ssh and prints what was done; a second one kills them at once. NO_COLOR is respected.

Exit status: 0 every host succeeded; 1 one did not; 2 nothing was started, because of the arguments;
129, 130, 143 ended by SIGHUP, SIGINT, SIGTERM; 141 nobody reads stdout any more.
`;
