var __knownSymbol = (name, symbol) => (symbol = Symbol[name]) ? symbol : /* @__PURE__ */ Symbol.for("Symbol." + name);
var __typeError = (msg) => {
  throw TypeError(msg);
};
var __using = (stack, value, async) => {
  if (value != null) {
    if (typeof value !== "object" && typeof value !== "function") __typeError("Object expected");
    var dispose, inner;
    if (async) dispose = value[__knownSymbol("asyncDispose")];
    if (dispose === void 0) {
      dispose = value[__knownSymbol("dispose")];
      if (async) inner = dispose;
    }
    if (typeof dispose !== "function") __typeError("Object not disposable");
    if (inner) dispose = function() {
      try {
        inner.call(this);
      } catch (e) {
        return Promise.reject(e);
      }
    };
    stack.push([async, dispose, value]);
  } else if (async) {
    stack.push([async]);
  }
  return value;
};
var __callDispose = (stack, error, hasError) => {
  var E = typeof SuppressedError === "function" ? SuppressedError : function(e, s, m, _) {
    return _ = Error(m), _.name = "SuppressedError", _.error = e, _.suppressed = s, _;
  };
  var fail = (e) => error = hasError ? new E(e, error, "An error was suppressed during disposal") : (hasError = true, e);
  var next = (it) => {
    while (it = stack.pop()) {
      try {
        var result = it[1] && it[1].call(it[2]);
        if (it[0]) return Promise.resolve(result).then(next, (e) => (fail(e), next()));
      } catch (e) {
        fail(e);
      }
    }
    if (hasError) throw error;
  };
  return next();
};

// src/corpus.ts
import { createHash } from "crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "fs";
import path from "path";
import { fileURLToPath } from "url";
var TOOL = fileURLToPath(new URL("..", import.meta.url));
var folderOf = (target) => path.join(TOOL, "corpus", target);
var LARGEST_KEPT = 4096;
function readCorpus(target) {
  const folder = folderOf(target);
  return readdirSync(folder).sort().map((name) => readFileSync(path.join(folder, name)));
}
function keep(target, inputs) {
  const known = new Set(readdirSync(folderOf(target)));
  let added = 0;
  for (const input of inputs) {
    const name = nameOf(input);
    if (input.length > LARGEST_KEPT || known.has(name)) continue;
    writeFileSync(path.join(folderOf(target), name), input);
    known.add(name);
    added += 1;
  }
  return added;
}
function keepCrash(target, input) {
  const folder = path.join(TOOL, "crashes");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${target}-${nameOf(input)}`);
  writeFileSync(file, input);
  return file;
}
var nameOf = (input) => createHash("sha256").update(input).digest("hex").slice(0, 12);

// src/mutate.ts
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
function seededRandom(seed) {
  const generator = xoroshiro128plus(seed);
  return (below) => uniformInt(generator, 0, below - 1);
}
var LONGEST_INPUT = 2e5;
var WORDS = [
  ...[
    "\n",
    "\r\n",
    "\r",
    "\0",
    "\x1B",
    "\x1B[",
    "\x1B[31m",
    "\x1B[K",
    "\x1B]0;",
    "\x07",
    "\x9B",
    "\xC2\x9B"
  ],
  ...[
    "\xE2\x82\xAC",
    "\xF0\x9F\x9A\x80",
    "\xED\xA0\x80",
    "\xFF",
    "\\#033",
    ": ",
    " port 22",
    "[sender=3.5.0]"
  ],
  ...[
    "ssh: ",
    "rsync: ",
    "rsync error: ",
    " (code 12) at io.c(1)",
    "Permission denied (publickey)."
  ],
  ...[
    "Host key verification failed.",
    "Connection refused",
    "command not found",
    "kex_exchange_identification: "
  ],
  ...["@@@@@", "bash: line 1: ", "Connection closed by ", "is your shell clean?", "debug1: "]
].map((word) => Buffer.from(word, "latin1"));
function mutate(input, other, random) {
  let bytes = input;
  for (let left = 1 + random(4); left > 0; left--) bytes = changed(bytes, other, random);
  return bytes.subarray(0, LONGEST_INPUT);
}
function changed(bytes, other, random) {
  const at = random(bytes.length + 1);
  const insert = (what) => Buffer.concat([bytes.subarray(0, at), what, bytes.subarray(at)]);
  const end = at + random(bytes.length - at + 1);
  switch (random(8)) {
    case 0:
      return insert(WORDS[random(WORDS.length)]);
    case 1:
      return insert(Buffer.of(random(256)));
    case 2: {
      const copy = Buffer.from(bytes);
      if (copy.length > 0)
        copy[at % copy.length] = copy[at % copy.length] ^ 1 << random(8);
      return copy;
    }
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    case 4:
      return insert(bytes.subarray(at, end));
    case 5: {
      const from = random(other.length + 1);
      return insert(other.subarray(from, from + random(other.length - from + 1)));
    }
    case 6:
      return bytes.subarray(0, at);
    default:
      return insert(Buffer.alloc(1 << random(17), random(2) === 0 ? "x" : bytes[at] ?? 10));
  }
}

// src/coverage.ts
import { Session } from "inspector/promises";
var Coverage = class _Coverage {
  #session = new Session();
  #isWatched;
  #seen = /* @__PURE__ */ new Set();
  #fresh = /* @__PURE__ */ new Set();
  constructor(isWatched) {
    this.#isWatched = isWatched;
  }
  /** @param isWatched for the URL of a script */
  static async start(isWatched) {
    const coverage = new _Coverage(isWatched);
    coverage.#session.connect();
    await coverage.#session.post("Profiler.enable");
    await coverage.#session.post("Profiler.startPreciseCoverage", {
      callCount: true,
      detailed: true
    });
    return coverage;
  }
  /** Blocks (with their counts) that were seen so far. */
  get blocks() {
    return this.#seen.size;
  }
  /** How much of what ran since the last call had never run before {@link remember}. */
  async take() {
    const ran = await this.#ran();
    this.#fresh = new Set([...ran].filter((block) => !this.#seen.has(block)));
    return this.#fresh.size;
  }
  /**
   * For one input of those that {@link take} was about: whether it is the first to reach one of the
   * fresh blocks, or a block that only shows when it runs alone.
   */
  async takeAgain() {
    let isFirst = false;
    for (const block of await this.#ran()) {
      if (this.#seen.has(block)) continue;
      this.#seen.add(block);
      isFirst = true;
    }
    return isFirst;
  }
  /** What is fresh is not any more. */
  remember() {
    for (const block of this.#fresh) this.#seen.add(block);
    this.#fresh.clear();
  }
  async #ran() {
    const { result } = await this.#session.post("Profiler.takePreciseCoverage");
    const ran = /* @__PURE__ */ new Set();
    for (const { url, functions } of result) {
      if (!this.#isWatched(url)) continue;
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          ran.add(
            `${startOffset}-${endOffset}*${count === 0 ? "none" : Math.floor(Math.log2(count))}`
          );
        }
      }
    }
    return ran;
  }
  async [Symbol.asyncDispose]() {
    await this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
  }
};

// src/fuzz.ts
var LONGEST_RUN_MS = 5e3;
var BETWEEN_PROGRESS = 2e3;
var BATCH = 32;
async function fuzz(options) {
  var _stack = [];
  try {
    const { target, random, maxRuns, maxMs, isWatched, onProgress, signal } = options;
    const coverage = __using(_stack, await Coverage.start(isWatched), true);
    const interesting = [];
    let runs = 0;
    const until = performance.now() + maxMs;
    const progress = () => ({
      runs,
      corpus: interesting.length,
      blocks: coverage.blocks
    });
    const ended = (crash) => ({ ...progress(), crash, interesting });
    const run = (input) => {
      runs += 1;
      const from = performance.now();
      try {
        target(input);
      } catch (error) {
        return { input, error };
      }
      if (performance.now() - from <= LONGEST_RUN_MS) return null;
      return { input, error: new Error(`took longer than ${LONGEST_RUN_MS} ms`) };
    };
    const tryAll = async (inputs) => {
      for (const input of inputs) {
        const crash = run(input);
        if (crash !== null) return crash;
      }
      if (await coverage.take() === 0) return null;
      for (const input of inputs) {
        const crash = run(input);
        if (crash !== null) return crash;
        if (await coverage.takeAgain()) interesting.push(Buffer.from(input));
      }
      coverage.remember();
      return null;
    };
    const seeds = options.corpus.length > 0 ? options.corpus : [Buffer.alloc(0)];
    for (const input of seeds) {
      const crash = run(input);
      if (crash !== null) return ended(crash);
      interesting.push(input);
    }
    await coverage.take();
    coverage.remember();
    let told = 0;
    while (runs < maxRuns && performance.now() < until && signal?.aborted !== true) {
      const pick = () => interesting[random(interesting.length)];
      const batch = Array.from({ length: BATCH }, () => mutate(pick(), pick(), random));
      const crash = await tryAll(batch);
      if (crash !== null) return ended(shortened(crash, target));
      if (runs - told < BETWEEN_PROGRESS) continue;
      told = runs;
      onProgress?.(progress());
    }
    return ended(null);
  } catch (_) {
    var _error = _, _hasError = true;
  } finally {
    var _promise = __callDispose(_stack, _error, _hasError);
    _promise && await _promise;
  }
}
function shortened(crash, target) {
  let best = crash;
  for (let size = best.input.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at + size <= best.input.length; ) {
      const input = Buffer.concat([best.input.subarray(0, at), best.input.subarray(at + size)]);
      try {
        target(input);
        at += size;
      } catch (error) {
        best = { input, error };
      }
    }
  }
  return best;
}

// src/targets.ts
import {
  exitStatus,
  explain,
  Forwarder,
  LineSplitter,
  MAX_LINE_BYTES,
  STDERR_BUFFER_CAP,
  TailBuffer
} from "@rsync-io/aux-channel";
function* chunksOf(input) {
  const asked = 1 + ((input[0] ?? 0) << (input[1] ?? 0) % 10);
  const size = Math.max(asked, input.length >> 10);
  for (let at = 2; at < input.length; at += size) yield input.subarray(at, at + size);
}
var lines = (input) => {
  const stream = input.subarray(2);
  const parts = [];
  const splitter = new LineSplitter(({ source, text, bounds, complete }) => {
    for (let i = 0; i < bounds.length; i += 2) {
      const [start, end] = [bounds[i], bounds[i + 1]];
      const line = Buffer.from(source.subarray(start, end));
      hold(line.length <= MAX_LINE_BYTES, "a line is longer than the longest");
      hold(!line.includes(10), "a line holds a line end");
      hold(
        text === null || text.slice(start, end) === line.toString("latin1"),
        "text is not its bytes"
      );
      parts.push(line, complete ? Buffer.of(10) : Buffer.alloc(0));
    }
  });
  const tail = new TailBuffer();
  for (const chunk of chunksOf(input)) {
    const lent = Buffer.from(chunk);
    splitter.push(lent);
    tail.append(lent);
    lent.fill(0);
  }
  splitter.end();
  const joined = Buffer.concat(parts).toString("latin1");
  hold(joined === stream.toString("latin1").replaceAll("\r\n", "\n"), "lines are not the stream");
  hold(tail.totalBytes === stream.length, "bytes were not counted");
  const window = stream.subarray(-STDERR_BUFFER_CAP);
  hold(window.equals(Buffer.from(tail.toBytes())), "the window is not the end of the stream");
};
var forward = (input) => {
  const shown = [];
  const raw = [];
  const to = (into) => (bytes) => void into.push(Buffer.from(bytes));
  const escaping = new Forwarder({ to: to(shown), policy: "escape" });
  const passing = new Forwarder({ to: to(raw), policy: "raw" });
  for (const chunk of chunksOf(input)) {
    for (const forwarder of [escaping, passing]) {
      const lent = Buffer.from(chunk);
      forwarder.push(lent);
      lent.fill(0);
    }
  }
  escaping.end();
  passing.end();
  hold(Buffer.concat(raw).equals(input.subarray(2)), "raw is not what came");
  const seen = Buffer.concat(shown);
  const text = seen.toString("utf8");
  hold(
    !text.includes("\uFFFD") || input.toString().includes("\uFFFD"),
    "bytes that are no text were shown"
  );
  const harmless = text.replace(/\x1b\[(?:[0-9;:]*m|[012]?K)/g, "");
  hold(!/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(harmless), "a control got through");
};
var explaining = (input) => {
  const status = exitStatus(input[0] ?? 0);
  const { kind, summary, hint, evidence } = explain(input.subarray(1), status);
  hold(kind === "success" === status.success, "success and failure are mixed up");
  for (const line of [summary, hint, evidence ?? ""]) {
    hold(line.length <= 240, "more than a line is said");
    hold(!/[\p{Cc}\u2028\u2029]/u.test(line), "a control is said");
  }
};
var TARGETS = {
  lines,
  forward,
  explain: explaining
};
function hold(condition, otherwise) {
  if (!condition) throw new Error(otherwise);
}

export {
  readCorpus,
  keep,
  keepCrash,
  seededRandom,
  mutate,
  fuzz,
  TARGETS
};
