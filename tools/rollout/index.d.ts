import { Platform, ParityReport, CodeIdentity } from '@rsync-io/parity';

/** The platforms on which parity has to be shown. */
declare const PLATFORMS: readonly Platform[];
/** What a platform's report is worth for the code as it is now. */
interface Evidence {
    readonly platform: Platform;
    readonly counts: boolean;
    /** In words: what was shown, or why it does not count and what to do. */
    readonly words: string;
}
declare function evidence(reports: readonly ParityReport[], now: CodeIdentity): Evidence[];

/** The build-time flag: the key in `features.json`. */
declare const FLAG = "ssh-socketpair-stderr";
/** A package whose build depends on the flag. */
interface FlaggedPackage {
    readonly name: string;
    readonly version: string;
    readonly isOn: boolean;
    /** Changesets that wait for the next release and name the package. */
    readonly changesets: readonly string[];
    readonly featuresFile: string;
}
declare function flaggedPackages(root: string): FlaggedPackage[];

/** Promotion is not justified, or not possible; the message says why and what to do. */
declare class RefusedError extends Error {
}
interface Changed {
    /** Relative to the root. */
    readonly files: readonly string[];
}
/**
 * Turns the flag on for one package: its `features.json`, and a changeset that says so.
 * @throws RefusedError
 */
declare function promote(root: string, chosen: FlaggedPackage, found: readonly Evidence[], force: boolean): Changed;
/**
 * Turns it off again.
 * @throws RefusedError
 */
declare function demote(root: string, chosen: FlaggedPackage): Changed;

/** The state of the flag, for a person. */
declare function statusText(packages: readonly FlaggedPackage[], found: readonly Evidence[]): string;

export { type Evidence, FLAG, type FlaggedPackage, PLATFORMS, RefusedError, demote, evidence, flaggedPackages, promote, statusText };
