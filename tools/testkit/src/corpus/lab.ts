import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { findPeers } from '../peers/find.js';
import {
  type OpenSshServer,
  type OpenSshServerOptions,
  startOpenSshServer,
} from '../peers/openssh-server.js';

/** The captured results of one real run. */
export interface Captured {
  readonly stderr: Buffer;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunOptions {
  /** @defaultValue the lab's folder */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called while the child runs. */
  readonly meanwhile?: (child: ChildProcess) => Promise<void>;
}

/** A longer run is killed. Unit: milliseconds. */
const LONGEST_RUN_MS = 120_000;
/** Time for processes that keep fd 2 open after the exit. Unit: milliseconds. */
const GRACE_MS = 300;

/**
 * Where real programs fail on purpose: one sshd, a folder, and what was started besides; `close()`
 * ends and removes all of it.
 */
export class Lab {
  readonly server: OpenSshServer;
  readonly folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-lab-'));
  readonly #open: { close(): Promise<void> }[] = [];

  private constructor(server: OpenSshServer) {
    this.server = server;
  }

  static async open(): Promise<Lab> {
    return new Lab(await startOpenSshServer());
  }

  /** Closes it together with the lab. */
  async keep<Peer extends { close(): Promise<void> }>(starting: Promise<Peer>): Promise<Peer> {
    const peer = await starting;
    this.#open.push(peer);
    return peer;
  }

  sshd(options: OpenSshServerOptions): Promise<OpenSshServer> {
    return this.keep(startOpenSshServer(options));
  }

  file(name: string, text = '', mode = 0o600): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, text, { mode });
    return file;
  }

  /** A new key pair; returns the private key's file. */
  key(name: string): string {
    const file = path.join(this.folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
    return file;
  }

  /** `ssh -F config options host command` */
  ssh(
    options: readonly string[],
    command: readonly string[] = ['true'],
    { server = this.server, ...run }: RunOptions & { server?: OpenSshServer } = {},
  ): Promise<Captured> {
    const host = options.includes('--') ? [] : ['--', server.host];
    return this.run('ssh', [...server.sshArgs, ...options, ...host, ...command], run);
  }

  /** The words of `rsync -e` for the server. */
  remoteShell(server = this.server): string {
    return `ssh ${server.sshArgs.join(' ')}`;
  }

  /** rsync through ssh to the server, or to itself without a colon in the arguments. */
  rsync(
    args: readonly string[],
    { server = this.server, ...run }: RunOptions & { server?: OpenSshServer } = {},
  ): Promise<Captured> {
    return this.run('rsync', ['-e', this.remoteShell(server), ...args], run);
  }

  /** Runs a program to its end, its stdout thrown away. */
  async run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Captured> {
    const child = spawn(program, args, {
      cwd: options.cwd ?? this.folder,
      env: { ...process.env, LC_ALL: 'C', RSYNC_RSH: '', ...options.env },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: LONGEST_RUN_MS,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    const exited = once(child, 'exit');
    const closed = once(child, 'close');
    await options.meanwhile?.(child);
    const [code, signal] = (await exited) as [number | null, NodeJS.Signals | null];
    // Processes that ssh or a remote command left behind may keep fd 2 open.
    await Promise.race([closed, setTimeout(GRACE_MS)]);
    // The exit can be reported before the output was read, and a busy loop runs timers before it polls.
    await setImmediate();
    child.stderr.destroy();
    return { stderr: Buffer.concat(chunks), code, signal };
  }

  async close(): Promise<void> {
    for (const peer of this.#open.splice(0).reverse()) await peer.close();
    await this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The programs that made a capture, in their own words. */
export function versions(): Record<string, string> {
  const { ssh, sshd, rsync } = findPeers();
  const said = (peer: { version: string } | null) => peer?.version ?? 'not installed';
  return { ssh: said(ssh), sshd: said(sshd), rsync: said(rsync), platform: process.platform };
}
