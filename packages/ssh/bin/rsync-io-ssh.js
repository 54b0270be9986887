#!/usr/bin/env node
import '../dist/bin/rsync-io-ssh.js';
