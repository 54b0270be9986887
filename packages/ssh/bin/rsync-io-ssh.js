#!/usr/bin/env node
require('../dist/remote-shell/rsync-io-ssh.cjs');
