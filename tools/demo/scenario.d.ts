import { SshPeer } from '@rsync-io/testkit';
import { AsyncSshTransport } from '@rsync-io/ssh';

/** How to reach the server: a program and its first arguments. */
interface SshClient {
    readonly program: string;
    readonly args: readonly string[];
}
/** Moves a folder to the server and back, by a child whose stderr the transport has. */
interface Mover {
    readonly name: 'rsync' | 'tar';
    push(source: string, target: string): Promise<AsyncSshTransport>;
    pull(source: string, target: string): Promise<AsyncSshTransport>;
}

/** The two states of the flag. */
type FlagState = 'off' | 'on';

/** What the parent process hands over. */
interface ScenarioInput {
    readonly flag: FlagState;
    readonly server: SshPeer;
    readonly client: SshClient;
    readonly mover: Mover['name'];
    /** A folder with the tree in `source`, to be used by this state of the flag only. */
    readonly folder: string;
    readonly tree: {
        readonly files: number;
        readonly bytes: number;
    };
}

export type { ScenarioInput };
