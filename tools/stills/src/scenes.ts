/** A picture to take. */
export interface Scene {
  readonly file: string;
  readonly title: string;
  /** What is typed. */
  readonly line: string;
}

export const COLUMNS = 120;

export const scenes: readonly Scene[] = [
  {
    file: 'failing-transfer.svg',
    title:
      'A transfer by rsync over rsync-io-ssh fails: the messages of ssh on a changed host key, one line of rsync-io-ssh that explains them, and the end line of rsync',
    line: 'rsync -a -e rsync-io-ssh photos/ demo-host:backup/',
  },
  {
    file: 'run-on-many-hosts.svg',
    title:
      'rsync-io run on five hosts: each line with the name of its host in a colour, then a table of status, time and explanation for each',
    line: "rsync-io run web-1 web-2 web-3 db-1 old-1 -- 'rsync --version | head -n 1'",
  },
];
