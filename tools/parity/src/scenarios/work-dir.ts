import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Lab, OpenSshServer, RsyncDaemon, RunOptions } from '@rsync-io/testkit/lab';
import type { ClientRun, Direction } from '../matrix/scenario.ts';

/** Servers that all scenarios share. */
export interface Peers {
  readonly lab: Lab;
  readonly daemon: RsyncDaemon;
  /** Prints a banner, and a message of the day on stderr. */
  readonly greeting: OpenSshServer;
}

/** The folders and the remote shell of one cell, and functions to run its client. */
export class WorkDir {
  readonly folder: string;
  readonly from: string;
  readonly to: string;
  readonly peers: Peers;
  readonly lab: Lab;
  readonly server: OpenSshServer;
  readonly direction: Direction;
  /** The remote shell: a script that starts this cell's variant and records its fd 2. */
  readonly shell: string;

  constructor(peers: Peers, direction: Direction, folder: string, shell: string) {
    this.peers = peers;
    this.lab = peers.lab;
    this.server = peers.lab.server;
    this.direction = direction;
    this.folder = folder;
    this.shell = shell;
    this.from = path.join(folder, 'from');
    this.to = path.join(folder, 'to');
    mkdirSync(this.from);
    mkdirSync(this.to);
  }

  /** The words of `rsync -e`. */
  remoteShell(options: readonly string[] = [], server: OpenSshServer = this.server): string {
    return [this.shell, ...server.sshArgs, ...options].join(' ');
  }

  /** The operand for a remote file. */
  remote(file: string, server: OpenSshServer = this.server): string {
    return `${server.host}:${file}`;
  }

  /** Copies `from/` into `to/`, one of which is remote, with rsync. */
  transfer(
    args: readonly string[],
    {
      options = [],
      server = this.server,
      source = `${this.from}/`,
      target = `${this.to}/`,
      ...run
    }: RunOptions & {
      /** ssh's. */
      options?: readonly string[];
      server?: OpenSshServer;
      source?: string;
      target?: string;
    } = {},
  ): Promise<ClientRun> {
    const ends =
      this.direction === 'push'
        ? [source, this.remote(target, server)]
        : [this.remote(source, server), target];
    return this.rsync(['-e', this.remoteShell(options, server), ...args, ...ends], run);
  }

  rsync(args: readonly string[], run: RunOptions = {}): Promise<ClientRun> {
    return this.lab.run('rsync', args, { cwd: this.folder, ...run });
  }
}
