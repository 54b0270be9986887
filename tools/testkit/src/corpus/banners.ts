/** Banners and messages of the day in the styles that hosts have. */
export const banners: readonly string[] = [
  'Authorized access only!\n',
  'Authorized uses only. All activity may be monitored and reported.\n',
  `*******************************************************************
*  This system is for the use of authorized users only.           *
*  Individuals using this system without authority, or in excess  *
*  of their authority, are subject to having all of their         *
*  activities on this system monitored and recorded.              *
*******************************************************************
`,
  `You are accessing an information system that is provided for authorized use only.
By using this system (which includes any device attached to it), you consent to the following:
- Communications using this system are not private and may be intercepted.
- At any time, data stored on it may be inspected and seized.
`,
  `##############################################################
#                       W A R N I N G                        #
#   Unauthorized access to this device is prohibited!        #
#   Permission denied to everyone without a contract.        #
##############################################################
`,
  `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@              WARNING: RESTRICTED HOST                    @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
`,
  'Debian GNU/Linux 12 \\n \\l\n',
  'Ubuntu 24.04.1 LTS\n',
  'Welcome to Ubuntu 22.04.5 LTS (GNU/Linux 5.15.0-122-generic x86_64)\n\n * Documentation:  https://help.ubuntu.com\n * Support:        https://ubuntu.com/advantage\n\n0 updates can be applied immediately.\n\n*** System restart required ***\n',
  `Linux node1 6.1.0-25-amd64 #1 SMP PREEMPT_DYNAMIC x86_64

The programs included with the Debian GNU/Linux system are free software;
Debian GNU/Linux comes with ABSOLUTELY NO WARRANTY, to the extent
permitted by applicable law.
`,
  `       __|  __|_  )
       _|  (     /   Amazon Linux 2 AMI
      ___|\\___|___|

https://aws.amazon.com/amazon-linux-2/
`,
  ` _   _  ___  ____ _____
| | | |/ _ \\/ ___|_   _|
| |_| | | | \\___ \\ | |
|  _  | |_| |___) || |
|_| |_|\\___/|____/ |_|   connection closed on sundays
`,
  'Last login: Mon Nov 23 08:12:44 2026 from 192.0.2.7\n',
  'Last failed login: Mon Nov 23 08:11:02 UTC 2026 from 192.0.2.9 on ssh:notty\nThere were 4 failed login attempts since the last successful login.\n',
  'You have new mail.\n',
  'You have mail in /var/spool/mail/root\n',
  'Scheduled maintenance: the connection may be closed by the operator at 22:00 UTC.\n',
  'NOTICE: port 22 will be refused from 2027 on; use port 2222. Connection refused means you are late.\n',
  'Your password will expire in 12 days.\n',
  'Activate the web console with: systemctl enable --now cockpit.socket\n',
  'quota: warning, user is over quota on /home (101%)\n',
  'setlocale: LC_ALL: cannot change locale (de_DE.UTF-8)\n',
  '/bin/sh: warning: setlocale: LC_ALL: cannot change locale (C.UTF-8): No such file or directory\n',
  "manpath: can't set the locale; make sure $LC_* and $LANG are correct\n",
  'tput: No value for $TERM and no -T specified\n',
  "stty: 'standard input': Inappropriate ioctl for device\n",
  'mesg: ttyname failed: Inappropriate ioctl for device\n',
  'X11 forwarding request failed on channel 0\n',
  'Could not chdir to home directory /home/u: No such file or directory\n',
  '/root/.bashrc: line 12: nvm: command not found\n',
  '-bash: /usr/local/bin/prompt: Permission denied\n',
  'bash: /etc/profile.d/tools.sh: line 3: module: command not found\n',
  '/etc/profile.d/lang.sh: line 19: warning: setlocale: LC_CTYPE: cannot change locale\n',
  'Pseudo-terminal will not be allocated because stdin is not a terminal.\n',
  'Accès réservé. Toute connexion est enregistrée.\n',
  'Zugriff nur für Berechtigte – alle Sitzungen werden protokolliert.\n',
  '未经授权禁止访问。\n',
  'Доступ только для авторизованных пользователей.\n',
  '\x1b[1;31mPRODUCTION\x1b[0m \x1b[33mthink twice\x1b[0m\n',
  'Authorized access only\r\nDisconnect IMMEDIATELY if you are not an authorized user!\r\n',
  'Host key rotation: if host key verification fails, see https://example.org/keys\n',
  'status: degraded (code 23), see [node=7]\n',
];
