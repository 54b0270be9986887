/** What one case is built from: which transport, over what, with which build. */
interface Combination {
    readonly transport: 'async' | 'sync';
    readonly flag: 'off' | 'on';
    /** What is offered to the transport; `inherit`: nothing is, because nothing would be used. */
    readonly backend: 'socketpair' | 'pipe' | 'inherit';
}
/** The async transport without the flag knows only `inherit`; the sync one does not depend on the flag. */
declare const COMBINATIONS: readonly Combination[];

/** What may come of a fault. A case is right when one of its ways holds, and all laws do (`judge.ts`). */
interface Expectation {
    readonly ways: readonly Way[];
    /** What the child tells at its end; `null`: any. */
    readonly status: {
        readonly code: number | null;
        readonly signal: string | null;
    } | null;
    /** How much of what is written to stdin comes back; `null`: any. */
    readonly echo: 'all' | null;
    /** What the capture is to hold. Nothing is captured where fd 2 is inherited. */
    readonly capture: 'payload' | 'nothing';
    /** What the probe's fd 2 is to hold; `null`: any. */
    readonly shown: 'payload' | null;
    /** How the capture may end. */
    readonly ended: readonly string[];
    /** Descriptors whose close was refused from outside: they cannot but stay open. */
    readonly closesRefused: number;
    /** Whether a plain connection works afterwards. */
    readonly nextWorks: boolean;
}
/** Where `strike` is given, the way is open only when the call that failed, as strace shows it, matches. */
type Way = 
/** Nothing is noticed. */
{
    readonly kind: 'result';
}
/** The next backend takes over, and that is told once. */
 | {
    readonly kind: 'fallback';
    readonly backend: string;
}
/** The caller gets an error of the contract. */
 | {
    readonly kind: 'error';
    readonly name: string;
    readonly codes: readonly (string | null)[];
    readonly strike?: RegExp;
}
/** The wire breaks, and says so to whoever reads or writes. */
 | {
    readonly kind: 'wire error';
    readonly codes: readonly string[];
}
/** The capture ends early, and says so by `ended`. */
 | {
    readonly kind: 'capture ends';
    readonly ended: readonly string[];
}
/** What is shown ends early; the capture does not. */
 | {
    readonly kind: 'forwarding ends';
} | NodesOwn;
/** What Node does of itself, and no library can answer: listed apart, with the reason, never counted as right. */
interface NodesOwn {
    readonly kind: 'node';
    /** The call that was struck, as strace shows it: no other one is excused. */
    readonly strike: RegExp;
    readonly symptom: 'ends' | 'hangs' | 'leaks';
    /** What it leaks, as the census names it. */
    readonly leaks?: RegExp;
    readonly why: string;
}

/** What a probe is to do; JSON on its command line. */
interface ProbeOrder {
    readonly combination: Combination;
    /** For `sh -c`; `$PAYLOAD` and `$WIRE` are files. */
    readonly script: string;
    /** Instead of `/bin/sh`. */
    readonly program: string | null;
    /** More arguments for the program, and how long each is. */
    readonly padding: {
        readonly count: number;
        readonly bytes: number;
    } | null;
    readonly cwd: string | null;
    /** Connections at a time. */
    readonly connections: number;
    /** What is written to the child's stdin. Unit: bytes. */
    readonly wireBytes: number;
    /** Whether stdout is read to its end, or as far as what was sent has come back. */
    readonly readsToEnd: boolean;
    /** What the script writes to fd 2 as `$PAYLOAD`. Unit: bytes. */
    readonly payloadBytes: number;
    readonly arrange: Arrangement;
    readonly during: During | null;
    /** Whether the section is fenced, for a tracer to come and go. */
    readonly fenced: boolean;
    /** With which backends a plain connection comes before the section, so that all is loaded and started. */
    readonly warmUp: 'its own' | 'pipe' | 'none';
    /** The census to come back to; `null`: the one before the section. */
    readonly reference: readonly (readonly [string, number])[] | null;
    /** For the tests of this tool: a fault of the probe itself that the judge must catch. */
    readonly plant: Plant | null;
}
type Plant = 'leak' | 'hang' | 'lost byte';
/** What the probe prepares before the section. */
type Arrangement = {
    readonly kind: 'nothing';
}
/** All descriptors but `spare` are taken. */
 | {
    readonly kind: 'spare descriptors';
    readonly spare: number;
}
/** Before the good backend stands one that does this in `open()`. */
 | {
    readonly kind: 'backend';
    readonly does: BackendFault;
} | {
    readonly kind: 'listener throws';
} | {
    readonly kind: 'queue of one line';
} | {
    readonly kind: 'sink throws';
} | {
    readonly kind: 'sink is destroyed';
}
/** `process.stderr` is touched, which sets O_NONBLOCK on a pipe. */
 | {
    readonly kind: 'fd 2 does not block';
};
declare const BACKEND_FAULTS: readonly ["rejects", "throws", "rejects with a string", "cannot be loaded", "exits its thread", "throws in its thread", "freezes its thread", "fills the heap of its thread"];
type BackendFault = (typeof BACKEND_FAULTS)[number];
/** What the probe does while the child runs. */
type During = {
    readonly kind: 'kill';
    readonly signal: NodeJS.Signals;
} | {
    readonly kind: 'dispose';
} | {
    readonly kind: 'abort';
};
/** What the runner gives the probe as fd 2. */
declare const STDERR_OF_PROBE: readonly ["file", "closed", "full device", "file at its limit", "pipe that is read late", "pipe that is read slowly", "pipe without a reader"];
type StderrOfProbe = (typeof STDERR_OF_PROBE)[number];

/** One fault, in one combination, in a process of its own. */
interface FaultCase {
    /** Unique: `async/on/pipe child: killed by SIGTERM`. */
    readonly name: string;
    readonly combination: Combination;
    /** A row of the summary. */
    readonly group: FaultGroup;
    readonly order: ProbeOrder;
    /** What the probe has as its fd 2. */
    readonly stderr: StderrOfProbe;
    /** Options of Node for the probe, before the flag's. */
    readonly nodeOptions: readonly string[];
    readonly expect: Expectation;
    /** A system call that is made to fail from outside; `null`: the fault is brought about otherwise. */
    readonly injection: Injection | null;
    /** Then it hangs. Unit: milliseconds. */
    readonly deadlineMs: number;
}
declare const FAULT_GROUPS: readonly ["system call", "descriptors", "module", "fd 2", "child"];
type FaultGroup = (typeof FAULT_GROUPS)[number];
/** The `step`-th `call` of a thread, counted from the start of the section, fails with `errno`. */
interface Injection {
    /**
     * `caller`: the thread that uses the transport. `drain`: the thread behind the blocking one. `child`: the
     * process between fork and exec, and what it becomes. `starting`: the drain thread as it begins.
     */
    readonly thread: TracedThread;
    readonly call: string;
    readonly errno: string;
    readonly step: number;
    /** The section starts before the first connection, so that it holds the start of the drain thread. */
    readonly cold: boolean;
}
declare const TRACED_THREADS: readonly ["caller", "drain", "child", "starting"];
type TracedThread = (typeof TRACED_THREADS)[number];

interface Fault {
    readonly title: string;
    readonly order?: Partial<ProbeOrder>;
    readonly stderr?: StderrOfProbe;
    readonly nodeOptions?: readonly string[];
    readonly expect?: Partial<Expectation>;
    readonly injection?: Injection;
    readonly deadlineMs?: number;
}
/** One fault in one combination. */
declare function makeCase(combination: Combination, group: FaultGroup, fault: Fault): FaultCase;

/** What became of a case. */
type Verdict = {
    readonly kind: 'right';
    readonly way: string;
} | {
    readonly kind: 'wrong';
    readonly problems: readonly string[];
}
/** The fault did not come about: the case proves nothing. */
 | {
    readonly kind: 'not struck';
}
/** Node itself ends, hangs or leaks at this fault; no library can answer it. */
 | {
    readonly kind: 'node';
    readonly why: string;
};

/** Where all cases of a run have their folders. */
declare class Stage {
    #private;
    readonly folder: string;
    /** A folder with the bytes that a case sends and writes. */
    case(wireBytes: number, payloadBytes: number): string;
    close(): void;
}

interface CaseResult {
    readonly case: FaultCase;
    readonly verdict: Verdict;
    readonly seconds: number;
    /** The call that was made to fail, as strace shows it. */
    readonly strike: string | null;
}
declare function runCase(faultCase: FaultCase, stage: Stage, signal: AbortSignal): Promise<CaseResult>;

export { COMBINATIONS, type CaseResult, type Fault, type Plant, Stage, makeCase, runCase };
