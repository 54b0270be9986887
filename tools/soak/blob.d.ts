interface BlobFigures {
    readonly stderrBytes: number;
    readonly wantedStderrBytes: number;
    readonly wireBytes: number;
    readonly checksumsAgree: boolean;
    /** Whether the captured window is what was written last. */
    readonly tailIsRight: boolean;
    readonly beside: number;
    readonly besideFaults: number;
    /** The greatest growth over the beginning. Unit: bytes. */
    readonly growth: number;
    readonly seconds: number;
}
/** A line of JSON meanwhile. Unit of all: bytes, but for connections. */
interface BlobProgress {
    readonly stderrBytes: number;
    readonly wireBytes: number;
    readonly connections: number;
    readonly memory: number;
}

export type { BlobFigures, BlobProgress };
