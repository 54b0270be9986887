import {
  COMBINATIONS,
  DEADLINE_MS,
  RESULT,
  Stage,
  TALK,
  TALK_AT_ONCE,
  makeCase,
  nameOf,
  runCase,
  runProbe,
  spawnError,
  whyNoStrace
} from "./chunk-SBGAEUOG.js";

// src/main.ts
import { command, INTERRUPTED, interruption, NotHereError } from "@rsync-io/command";

// src/cli/arguments.ts
import { number } from "@rsync-io/command";
var OPTIONS = {
  filter: { type: "string", multiple: true, default: [] },
  list: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  // Two, because a case is a process that mostly waits for another one.
  jobs: { type: "string", default: "2" }
};
function readRequest({ filter, jobs, ...rest }) {
  return {
    ...rest,
    filters: filter,
    jobs: number("--jobs", jobs, { least: 1, most: 64, whole: true })
  };
}
var HELP = `Usage: npm run faults -- [--filter TEXT]\u2026 [--list] [--json] [--jobs N]

Makes everything on the path of both transports fail once, each case in a process of its own, and
checks: the right error or the right result, no hang, no lost byte, nothing left behind.

  --filter TEXT  only cases with TEXT in their name; several: any of them
  --list         prints the names of the cases
  --json         prints the results as JSON
  --jobs N       cases at a time (default: 2)
  --help         this text

Exit status: 0 all right, 1 something is wrong, 2 wrong usage, 3 cannot be run here, 130 interrupted.
System calls are made to fail by strace, which has to be installed; Linux only.
`;

// src/cli/progress.ts
import { oneLine } from "@rsync-io/command";
var EVERY_CASES = 50;
function progressOn(stream, total) {
  let done = 0;
  let wrong = 0;
  const count2 = ({ verdict }) => {
    done += 1;
    if (verdict.kind === "wrong") wrong += 1;
    return `${done} of ${total}, ${wrong} wrong`;
  };
  if (stream.isTTY) {
    const { put, clear } = oneLine(stream);
    return { show: (result) => put(`${count2(result)}: ${result.case.name}`), clear };
  }
  return {
    show(result) {
      const line = count2(result);
      const isWrong = result.verdict.kind === "wrong";
      if (isWrong || done % EVERY_CASES === 0) {
        stream.write(`${line}${isWrong ? `: ${result.case.name}` : ""}
`);
      }
    },
    clear() {
    }
  };
}

// src/faults/child.ts
import { STDERR_BUFFER_CAP } from "@rsync-io/aux-channel";
var SIGNALS = [
  "SIGTERM",
  "SIGKILL",
  "SIGHUP",
  "SIGINT",
  "SIGSEGV",
  "SIGABRT",
  "SIGUSR1"
];
var signalled = (signal) => ({ code: null, signal });
var ASIDE = "<&- >&-";
var MAY_BE_HELD = { ended: ["abandoned", "eof"] };
var faults = [
  ...SIGNALS.map((signal) => ({
    title: `killed by ${signal}`,
    order: { script: `cat; cat "$PAYLOAD" >&2; kill -${signal.slice(3)} $$; sleep 5` },
    expect: { status: signalled(signal) }
  })),
  {
    title: "stopped for a while, and continued",
    order: { script: `(sleep 0.3; kill -CONT $$) ${ASIDE} 2>&- & kill -STOP $$; ${TALK}` }
  },
  {
    title: "stopped in the middle of what it says",
    order: {
      payloadBytes: 3e5,
      script: `(sleep 0.3; kill -CONT $$) ${ASIDE} 2>&- & head -c 1000 "$PAYLOAD" >&2; kill -STOP $$; tail -c +1001 "$PAYLOAD" >&2; cat; exit 3`
    }
  },
  {
    title: "stopped, and killed while it is",
    order: {
      script: `cat "$PAYLOAD" >&2; (sleep 0.2; kill -KILL $$) ${ASIDE} 2>&- & kill -STOP $$`
    },
    expect: { status: signalled("SIGKILL"), echo: null }
  },
  {
    title: "closes fd 2 early",
    order: { script: 'cat "$PAYLOAD" >&2; exec 2>&-; cat; exit 3' }
  },
  {
    title: "closes stdout early",
    order: { script: `exec >&-; cat "$PAYLOAD" >&2; cat >/dev/null; exit 3` },
    expect: { echo: null }
  },
  {
    title: "never reads its stdin",
    order: { wireBytes: 1e6, script: 'exec <&-; cat "$PAYLOAD" >&2; exit 3' },
    expect: {
      echo: null,
      ways: [{ kind: "wire error", codes: ["EPIPE", "ECONNRESET"] }]
    }
  },
  {
    title: "becomes another program",
    order: { script: `cat; exec /bin/sh -c 'cat "$PAYLOAD" >&2; exit 3'` }
  },
  {
    title: "hands its work to a re-parented process",
    order: { script: `cat; (cat "$PAYLOAD" >&2; sleep 0.2) ${ASIDE} & wait $!; exit 3` }
  },
  {
    title: "leaves a daemon that holds fd 2",
    order: { script: `(sleep 20 ${ASIDE} &) ; ${TALK}` },
    expect: MAY_BE_HELD
  },
  {
    title: "leaves a daemon that goes on writing",
    order: {
      script: `(while sleep 0.02; do echo daemon >&2 || exit; done) ${ASIDE} 2>"$FOLDER/daemon" & ${TALK}`
    }
  },
  {
    title: "leaves a daemon of its daemon",
    order: { script: `( ( sleep 20 ${ASIDE} & ) & ) ; ${TALK}` },
    expect: MAY_BE_HELD
  },
  {
    title: "exits before anything is attached",
    order: { script: "exit 3", wireBytes: 0, payloadBytes: 0 }
  },
  {
    title: "says all and exits before anything is attached",
    order: { script: 'cat "$PAYLOAD" >&2; exit 3', wireBytes: 0 }
  },
  {
    title: "thirty that end at once",
    order: {
      connections: 30,
      wireBytes: 0,
      payloadBytes: 13,
      script: 'cat "$PAYLOAD" >&2; exit 3'
    }
  },
  ...[-1, 0, 1].map((more) => ({
    title: `says ${STDERR_BUFFER_CAP + more} bytes`,
    order: { payloadBytes: STDERR_BUFFER_CAP + more }
  })),
  { title: "a flood at its end", order: { payloadBytes: 3e6 } },
  {
    title: "a flood, then killed",
    order: { payloadBytes: 1e6, script: 'cat; cat "$PAYLOAD" >&2; kill -KILL $$' },
    expect: { status: signalled("SIGKILL") }
  },
  {
    title: "a flood, and a daemon that holds fd 2",
    order: { payloadBytes: 1e6, script: `(sleep 20 ${ASIDE} &) ; ${TALK}` },
    expect: MAY_BE_HELD
  }
];
var ended = (combination) => [
  ...["SIGTERM", "SIGKILL"].map((signal) => ({
    title: `ended by kill(${signal})`,
    order: {
      script: `cat "$PAYLOAD" >&2; read -r word; echo "$word"; exec sleep 20`,
      during: { kind: "kill", signal }
    },
    expect: { status: signalled(signal), echo: null }
  })),
  {
    title: "ended by disposal",
    order: {
      script: `cat "$PAYLOAD" >&2; read -r word; echo "$word"; exec sleep 20`,
      during: { kind: "dispose" }
    },
    expect: { status: signalled("SIGTERM"), echo: null, ended: ["eof", "shutdown"] }
  },
  ...combination.transport === "async" ? [
    {
      title: "ended by an abort signal",
      order: {
        script: `cat "$PAYLOAD" >&2; read -r word; echo "$word"; exec sleep 20`,
        during: { kind: "abort" }
      },
      expect: { ways: [{ kind: "error", name: "Error", codes: [null] }] }
    }
  ] : []
];
var childCases = (combination) => [...faults, ...ended(combination)].map((fault) => makeCase(combination, "child", fault));

// src/faults/descriptors.ts
var MOST_SPARE = 14;
var descriptorCases = (combination) => Array.from(
  { length: MOST_SPARE + 1 },
  (_, spare) => makeCase(combination, "descriptors", {
    title: `${spare} to spare`,
    order: { arrange: { kind: "spare descriptors", spare } },
    expect: {
      ways: [
        RESULT,
        { kind: "fallback", backend: "inherit" },
        { kind: "fallback", backend: "pipe" },
        spawnError("EMFILE")
      ]
    }
  })
);

// src/faults/modules.ts
import { fileURLToPath } from "url";
var WITHOUT_KOFFI = fileURLToPath(new URL("./without-koffi.js", import.meta.url));
var toPipe = { kind: "fallback", backend: "pipe" };
var error = (name, ...codes) => ({ kind: "error", name, codes });
var unstartable = [
  {
    title: "a program that is not there",
    order: { program: "/nonexistent/program" },
    expect: { ways: [spawnError("ENOENT")] }
  },
  {
    title: "a program without permission",
    order: { program: "/etc/passwd" },
    expect: { ways: [spawnError("EACCES")] }
  },
  {
    title: "a folder as the program",
    order: { program: "/tmp" },
    expect: { ways: [spawnError("EACCES")] }
  },
  {
    title: "arguments too many for the system",
    order: { padding: { count: 60, bytes: 1e5 } },
    expect: { ways: [spawnError("E2BIG")] }
  },
  {
    title: "one argument too long for the system",
    order: { padding: { count: 1, bytes: 2e5 } },
    expect: { ways: [spawnError("E2BIG")] }
  },
  {
    title: "a working directory that is not there",
    order: { cwd: "/nonexistent" },
    expect: { ways: [spawnError("ENOENT")] }
  },
  {
    title: "a file as the working directory",
    order: { cwd: "/etc/passwd" },
    expect: { ways: [spawnError("ENOTDIR")] }
  }
];
function withoutKoffi({ transport, backend }) {
  const ways = transport === "sync" ? [error("WireUnavailableError", "ERR_WIRE_UNAVAILABLE")] : [backend === "socketpair" ? toPipe : RESULT];
  return {
    title: "koffi is not installed",
    // The connection before the section would be told of it, and later ones not again.
    order: { warmUp: transport === "sync" ? "none" : "pipe" },
    nodeOptions: ["--import", WITHOUT_KOFFI],
    expect: { ways, nextWorks: transport === "async" }
  };
}
var openFails = ["rejects", "throws", "rejects with a string"];
var threadEnds = [
  "exits its thread",
  "throws in its thread",
  "freezes its thread",
  "fills the heap of its thread"
];
var LIVES = "exec sleep 20";
function backends({ transport, backend }) {
  if (backend === "inherit") return [];
  const faulty = (does) => ({
    order: { arrange: { kind: "backend", does } }
  });
  const failing = openFails.map((does) => ({
    title: `a backend that ${does}`,
    ...faulty(does),
    expect: { ways: [toPipe] }
  }));
  if (transport === "async") return failing;
  return [
    ...failing,
    {
      title: "a backend that cannot be loaded",
      ...faulty("cannot be loaded"),
      expect: { ways: [toPipe] }
    },
    ...threadEnds.map((does) => ({
      title: `a backend that ${does}`,
      order: { ...faulty(does).order, script: LIVES },
      expect: { ways: [error("DrainThreadLostError", "ERR_DRAIN_THREAD_LOST")] }
    })),
    ...threadEnds.map((does) => ({
      title: `a backend that ${does} under three connections`,
      order: { ...faulty(does).order, script: LIVES, connections: 3 },
      expect: { ways: [error("DrainThreadLostError", "ERR_DRAIN_THREAD_LOST")] }
    }))
  ];
}
function callbacks({ transport, backend }) {
  if (backend === "inherit") return [];
  const queue = {
    title: "a queue of one line",
    order: { arrange: { kind: "queue of one line" } }
  };
  if (transport === "sync") return [queue];
  return [
    queue,
    { title: "a listener that throws", order: { arrange: { kind: "listener throws" } } },
    {
      title: "a sink that throws",
      order: { arrange: { kind: "sink throws" } },
      expect: { shown: null }
    },
    {
      title: "a sink that is destroyed",
      order: { arrange: { kind: "sink is destroyed" } },
      expect: { shown: null }
    }
  ];
}
var moduleCases = (combination) => [
  ...unstartable,
  withoutKoffi(combination),
  ...backends(combination),
  ...callbacks(combination)
].map((fault) => makeCase(combination, "module", fault));

// src/faults/parent-stderr.ts
var TOO_MUCH = 2e5;
var UNSHOWN = { shown: null };
var faults2 = [
  { title: "closed at the start", stderr: "closed", expect: UNSHOWN },
  { title: "a full device", stderr: "full device", expect: UNSHOWN },
  { title: "a pipe without a reader", stderr: "pipe without a reader", expect: UNSHOWN },
  {
    title: "a full pipe that is read late",
    stderr: "pipe that is read late",
    order: { payloadBytes: TOO_MUCH }
  },
  {
    title: "a full pipe with O_NONBLOCK that is read late",
    stderr: "pipe that is read late",
    order: { payloadBytes: TOO_MUCH, arrange: { kind: "fd 2 does not block" } }
  },
  {
    title: "a pipe that is read slowly",
    stderr: "pipe that is read slowly",
    order: { payloadBytes: TOO_MUCH }
  },
  {
    title: "a pipe with O_NONBLOCK that is read slowly",
    stderr: "pipe that is read slowly",
    order: { payloadBytes: TOO_MUCH, arrange: { kind: "fd 2 does not block" } }
  }
];
var fileAtItsLimit = ({ backend }) => ({
  title: "a file at its limit",
  stderr: "file at its limit",
  expect: {
    ...UNSHOWN,
    // Node ignores the signal (setrlimit(2), RLIMIT_FSIZE), what it starts does not.
    ...backend === "inherit" && { status: { code: null, signal: "SIGXFSZ" } }
  }
});
var parentStderrCases = (combination) => [...faults2, fileAtItsLimit(combination)].map((fault) => makeCase(combination, "fd 2", fault));

// src/faults/system-calls.ts
var toInherit = { kind: "fallback", backend: "inherit" };
var toPipe2 = { kind: "fallback", backend: "pipe" };
var captureEnds = { kind: "capture ends", ended: ["error", "eof"] };
var wireError = (...codes) => ({ kind: "wire error", codes });
var nodesOwn = (symptom, strike, why, leaks) => ({ kind: "node", symptom, strike, why, ...leaks && { leaks } });
var ON_PIPE_OF_LIBUV = /(?:read|write|close)\(\d+<(?:pipe:|anon_inode:\[eventfd\])/;
var LIBUV_PIPE = "libuv tells itself of signals, of the exec and of other threads by a pipe or eventfd of its own, and takes no error there";
var pipesOfLibuv = [
  nodesOwn("ends", ON_PIPE_OF_LIBUV, LIBUV_PIPE),
  nodesOwn("hangs", ON_PIPE_OF_LIBUV, LIBUV_PIPE)
];
var epollOfLibuv = nodesOwn("ends", /epoll_ctl\(/, "libuv aborts when epoll_ctl(2) fails");
var socketsOfNode = nodesOwn(
  "leaks",
  /(?:EMFILE|ENFILE)/,
  "Node does not close the stdio that it made when a spawn fails with EMFILE or ENFILE",
  /^(?:descriptor socket:|handle PipeWrap:)/
);
var handleOfNode = nodesOwn(
  "leaks",
  /(?:fcntl|ioctl)\(/,
  "new net.Socket({ fd }) does not close its handle when it cannot take the descriptor",
  /^handle PipeWrap:/
);
var wakeUpLost = {
  kind: "error",
  name: "DrainThreadLostError",
  codes: ["ERR_DRAIN_THREAD_LOST"],
  strike: /write\(\d+<anon_inode:\[eventfd\]>/
};
var moduleUnread = {
  kind: "error",
  name: "WireUnavailableError",
  codes: ["ERR_WIRE_UNAVAILABLE"],
  strike: /read\(\d+<[^>]*\/koffi\//
};
var threadScarce = {
  errnos: ["EAGAIN", "ENOMEM"],
  ways: [spawnError("ERR_WORKER_INIT_FAILED")]
};
var scarce = (...errnos) => ({
  errnos,
  ways: [RESULT, toInherit, toPipe2, spawnError(...errnos, "EMFILE"), socketsOfNode]
});
var setting = (...errnos) => ({
  errnos,
  // ERR_INVALID_FD_TYPE: Node could not find out what the descriptor is, and does not say why.
  ways: [
    RESULT,
    toInherit,
    toPipe2,
    captureEnds,
    spawnError(...errnos, "ERR_INVALID_FD_TYPE"),
    handleOfNode
  ]
});
var again = (...errnos) => ({
  errnos,
  ways: [RESULT, wakeUpLost, moduleUnread, ...pipesOfLibuv]
});
var reading = {
  errnos: ["ECONNRESET"],
  ways: [RESULT, wireError("ECONNRESET"), captureEnds, moduleUnread, ...pipesOfLibuv]
};
var writing = {
  errnos: ["EPIPE", "ECONNRESET"],
  ways: [
    RESULT,
    wireError("EPIPE", "ECONNRESET"),
    { kind: "forwarding ends" },
    wakeUpLost,
    ...pipesOfLibuv
  ]
};
var LIBUVS_OWN_MS = 12e3;
var isLibuvsOwn = (step) => ON_PIPE_OF_LIBUV.test(step ?? "");
var CALLS = {
  socketpair: [scarce("EMFILE", "ENFILE", "ENOMEM")],
  pipe2: [scarce("EMFILE", "ENFILE")],
  openat: [scarce("EMFILE", "ENFILE", "ENOMEM")],
  clone: [scarce("EAGAIN", "ENOMEM")],
  clone3: [threadScarce],
  vfork: [scarce("EAGAIN", "ENOMEM")],
  setsockopt: [setting("ENOMEM")],
  fcntl: [again("EINTR"), setting("ENOMEM")],
  ioctl: [again("EINTR"), setting("ENOMEM")],
  getsockname: [setting("ENOBUFS")],
  getsockopt: [setting("ENOBUFS")],
  fstat: [setting("ENOMEM")],
  shutdown: [
    { errnos: ["ENOTCONN", "ECONNRESET"], ways: [RESULT, wireError("ENOTCONN", "ECONNRESET")] }
  ],
  read: [again("EINTR", "EAGAIN"), reading],
  recvfrom: [again("EINTR", "EAGAIN"), reading],
  recvmsg: [again("EINTR", "EAGAIN"), reading],
  write: [again("EINTR", "EAGAIN"), writing],
  sendto: [again("EINTR", "EAGAIN"), writing],
  sendmsg: [again("EINTR", "EAGAIN"), writing],
  writev: [again("EINTR", "EAGAIN"), writing],
  poll: [again("EINTR", "ENOMEM")],
  wait4: [again("EINTR")],
  waitid: [again("EINTR")],
  epoll_pwait: [again("EINTR")],
  epoll_ctl: [{ errnos: ["ENOMEM"], ways: [RESULT, spawnError("ENOMEM"), epollOfLibuv] }],
  // Not made at all, as the injection goes: that one descriptor stays open.
  close: [
    {
      errnos: ["EINTR"],
      ways: [RESULT, ...pipesOfLibuv],
      expect: { closesRefused: 1, ended: ["eof", "abandoned"] },
      // What is not closed has no end: neither side may wait for one.
      order: { script: TALK_AT_ONCE, readsToEnd: false }
    }
  ]
};
var CALLS_OF_CHILD = {
  dup2: [{ errnos: ["EMFILE", "EBUSY"], ways: [spawnError("EMFILE", "EBUSY"), socketsOfNode] }],
  execve: [
    {
      errnos: ["ENOMEM", "EAGAIN", "E2BIG", "EACCES", "ETXTBSY"],
      ways: [spawnError("ENOMEM", "EAGAIN", "E2BIG", "EACCES", "ETXTBSY")]
    }
  ]
};
var { socketpair, openat, clone3 } = CALLS;
var CALLS_AT_START = { socketpair, openat, clone3 };
var loopScarce = [
  {
    // One: each such case waits twenty seconds for the thread.
    errnos: ["EMFILE"],
    ways: [
      { kind: "error", name: "DrainThreadLostError", codes: ["ERR_DRAIN_THREAD_LOST"] },
      nodesOwn(
        "leaks",
        /eventfd2\(/,
        "libuv does not close the epoll descriptor of a loop that it could not complete",
        /^descriptor anon_inode:\[eventpoll\]/
      )
    ]
  }
];
var CALLS_OF_STARTING = { epoll_create1: loopScarce, eventfd2: loopScarce };
function faultsOf(thread, cold) {
  if (thread === "child") return CALLS_OF_CHILD;
  if (thread === "starting") return CALLS_OF_STARTING;
  return cold ? CALLS_AT_START : CALLS;
}
var callsOf = (thread, cold) => Object.keys(faultsOf(thread, cold));
var MOST_STEPS = 6;
function stepsOf(seen) {
  const all = seen.map((_, i) => i + 1);
  const isOwn = (step) => isLibuvsOwn(seen[step - 1]);
  const first = all.find(isOwn);
  return all.filter((step) => !isOwn(step) || step === first).slice(0, MOST_STEPS);
}
function systemCallCases(counts) {
  return counts.flatMap(({ combination, thread, cold, call, steps: seen, reference }) => {
    const faults3 = faultsOf(thread, cold)[call] ?? [];
    const steps = stepsOf(seen);
    return faults3.flatMap(
      ({ errnos, ways, expect, order }) => errnos.flatMap(
        (errno) => steps.map(
          (step) => makeCase(combination, "system call", {
            title: `${call} ${step} of the ${thread}${cold ? ", from the start," : ""} ${errno}`,
            injection: { thread, call, errno, step, cold },
            order: { reference, ...order },
            ...isLibuvsOwn(seen[step - 1]) && !cold && { deadlineMs: LIBUVS_OWN_MS },
            expect: { ways, ...expect }
          })
        )
      )
    );
  });
}

// src/faults/index.ts
var allCases = (counts) => [
  ...systemCallCases(counts),
  ...COMBINATIONS.flatMap(casesOf)
];
var casesOf = (combination) => [
  ...descriptorCases(combination),
  ...moduleCases(combination),
  ...parentStderrCases(combination),
  ...childCases(combination)
];

// src/matrix/fault-case.ts
var FAULT_GROUPS = ["system call", "descriptors", "module", "fd 2", "child"];

// src/report/summary.ts
function totalsOf(results) {
  const count2 = (kind) => results.filter(({ verdict }) => verdict.kind === kind).length;
  return {
    cases: results.length,
    right: count2("right"),
    wrong: count2("wrong"),
    notStruck: count2("not struck"),
    nodesOwn: count2("node")
  };
}
function formatSummary(results) {
  const columns = COMBINATIONS.map(nameOf);
  const width = Math.max(...columns.map(({ length }) => length));
  const row = (cells) => cells.map((cell2) => cell2.padEnd(width)).join("  ").trimEnd();
  const cell = (group, column) => {
    const { cases, right, wrong } = totalsOf(
      results.filter((one) => one.case.group === group && nameOf(one.case.combination) === column)
    );
    return cases === 0 ? "\u2013" : wrong === 0 ? `${right}` : `${right}, ${wrong} WRONG`;
  };
  const table = [
    row(["right", ...columns]),
    ...FAULT_GROUPS.map((group) => row([group, ...columns.map((column) => cell(group, column))]))
  ];
  return `${[...table, ...notRight(results), "", lastLine(totalsOf(results))].join("\n")}
`;
}
function notRight(results) {
  return [
    ...listed(
      "Node itself ends, hangs or leaks (not counted as right):",
      results,
      ({ verdict }) => verdict.kind === "node" ? verdict.why : null
    ),
    ...listed(
      "Not struck (not counted):",
      results,
      ({ verdict }) => verdict.kind === "not struck" ? "" : null
    ),
    ...listed(
      "WRONG:",
      results,
      ({ verdict }) => verdict.kind === "wrong" ? verdict.problems.join("; ") : null
    )
  ];
}
function listed(title, results, why) {
  const lines = results.flatMap((result) => {
    const reason = why(result);
    if (reason === null) return [];
    const at = result.strike === null ? "" : ` [${result.strike.replace(/\s+/g, " ")}]`;
    return [`  ${result.case.name}${reason && `: ${reason}`}${at}`];
  });
  return lines.length === 0 ? [] : ["", title, ...lines];
}
var lastLine = ({ right, wrong, notStruck, nodesOwn: nodesOwn2 }) => `${right} right, ${wrong} wrong, ${nodesOwn2} by Node itself, ${notStruck} not struck`;

// src/run/calibrate.ts
async function calibrate(stage, wanted, signal) {
  const counts = [];
  for (const combination of COMBINATIONS.filter(wanted)) {
    for (const { thread, cold } of sections(combination)) {
      signal.throwIfAborted();
      counts.push(...await count(stage, combination, thread, cold, signal));
    }
  }
  return counts;
}
var AT_START = [
  { thread: "caller", cold: true },
  { thread: "starting", cold: true }
];
function sections({ transport }) {
  const warm = (thread) => ({ thread, cold: false });
  if (transport === "async") return [warm("caller"), warm("child")];
  return [warm("caller"), warm("drain"), warm("child"), ...AT_START];
}
async function count(stage, combination, thread, cold, signal) {
  const calls = callsOf(thread, cold);
  const injection = { thread, cold, call: calls.join(","), errno: "", step: 0 };
  const { order, stderr } = makeCase(combination, "system call", { title: "count", injection });
  const { observation, calls: seen } = await runProbe({
    order,
    stderr,
    nodeOptions: [],
    folder: stage.case(order.wireBytes, order.payloadBytes),
    trace: { thread, what: [`trace=${calls.join(",")}`] },
    deadlineMs: DEADLINE_MS,
    signal
  });
  const problem = observation?.connections[0]?.error ?? null;
  if (observation === null || problem !== null) {
    throw new Error(`${nameOf(combination)} fails without a fault: ${problem?.message}`);
  }
  const made = thread === "child" ? beforeExec(seen) : seen;
  return calls.map((call) => ({
    combination,
    thread,
    cold,
    call,
    steps: made.filter((one) => one.call === call).map(({ text }) => text),
    reference: cold ? observation.census : null
  })).filter(({ steps }) => steps.length > 0);
}
function beforeExec(seen) {
  const child = seen.find(({ call }) => call === "execve")?.thread;
  const own = seen.filter(({ thread }) => thread === child);
  return own.slice(0, own.findIndex(({ call }) => call === "execve") + 1);
}

// src/run/run-all.ts
async function runAll(cases, stage, { jobs, signal, onCase }) {
  const results = [];
  let next = 0;
  const work = async () => {
    while (next < cases.length) {
      signal.throwIfAborted();
      const index = next++;
      const result = await runCase(cases[index], stage, signal);
      signal.throwIfAborted();
      results[index] = result;
      onCase(result);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
}

// src/main.ts
var FAILED = 1;
var WRONG_USAGE = 2;
await command({ name: "faults", help: HELP, options: OPTIONS, read: readRequest, run });
async function run(request) {
  const missing = process.platform === "linux" ? whyNoStrace() : "this is not Linux";
  if (missing !== null) throw new NotHereError(`no system call can be made to fail: ${missing}.`);
  const signal = interruption();
  const stage = new Stage();
  try {
    return await runCases(request, stage, signal);
  } catch (error2) {
    if (!signal.aborted) throw error2;
    process.stderr.write("Interrupted.\n");
    return INTERRUPTED;
  } finally {
    stage.close();
  }
}
async function runCases({ filters, jobs, json, list }, stage, signal) {
  const mayBeMeant = (combination) => {
    const name = nameOf(combination);
    const isElsewhere = (filter) => /^a?sync\/o(?:n|ff)\/\w+/.test(filter) && !filter.startsWith(name) || FAULT_GROUPS.some((group) => group !== "system call" && filter.includes(`${group}:`));
    return filters.length === 0 || !filters.every(isElsewhere);
  };
  const cases = allCases(await calibrate(stage, mayBeMeant, signal)).filter(
    ({ name }) => filters.length === 0 || filters.some((filter) => name.includes(filter))
  );
  if (cases.length === 0) {
    process.stderr.write("faults: no case has that in its name\n");
    return WRONG_USAGE;
  }
  if (list) {
    const names = cases.map(({ name }) => name);
    process.stdout.write(json ? `${JSON.stringify(names)}
` : `${names.join("\n")}
`);
    return 0;
  }
  const from = performance.now();
  const progress = progressOn(process.stderr, cases.length);
  const results = await runAll(cases, stage, { jobs, signal, onCase: progress.show }).finally(
    progress.clear
  );
  const seconds = Math.round((performance.now() - from) / 1e3);
  process.stdout.write(json ? asJson(results, seconds) : `${formatSummary(results)}${seconds} s
`);
  return totalsOf(results).wrong === 0 && totalsOf(results).right > 0 ? 0 : FAILED;
}
function asJson(results, seconds) {
  const cases = results.map((result) => ({
    name: result.case.name,
    seconds: Number(result.seconds.toFixed(3)),
    strike: result.strike,
    ...result.verdict
  }));
  return `${JSON.stringify({ ...totalsOf(results), seconds, cases }, null, 2)}
`;
}
