#!/usr/bin/env node
import('../dist/bin/rsync-io.js');
