import {
  RefusedError,
  demote,
  evidence,
  flaggedPackages,
  promote,
  statusText
} from "./chunk-CXIRNOAR.js";

// src/main.ts
import path from "path";
import { fileURLToPath } from "url";
import { command } from "@rsync-io/command";
import { codeIdentity, readReports } from "@rsync-io/parity";
var HELP = `Usage: npm run rollout -- status
       npm run rollout -- promote PACKAGE [--force]
       npm run rollout -- demote PACKAGE

The flag ssh-socketpair-stderr, package by package. status shows the default of each, and what parity was shown on
which platform for the code as it is; promote turns it on for one package: one line in its features.json, and a
changeset. It refuses unless Linux, macOS and Windows were shown equal for this very code; demote goes back.

  --force           promote without the evidence; the changeset says so
  --reports FOLDER  where the parity reports are (default: reports/)
  --json            the result as JSON
  --help            this text

Exit status: 0 done; 1 refused; 2 wrong usage.
`;
var REFUSED = 1;
var ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
await command({
  name: "rollout",
  help: HELP,
  options: {
    force: { type: "boolean", default: false },
    reports: { type: "string", default: path.join(ROOT, "reports") },
    json: { type: "boolean", default: false }
  },
  allowPositionals: true,
  read: (values, words) => ({ ...values, ...readAction(words, flaggedPackages(ROOT)) }),
  run
});
function run(asked) {
  const found = evidence(readReports(asked.reports), codeIdentity(ROOT));
  const print = (json, text) => process.stdout.write(asked.json ? `${JSON.stringify(json, null, 2)}
` : text);
  if (asked.action === "status") {
    const packages = asked.packages.map(({ name, version, isOn, changesets }) => ({
      ...{ name, version, isOn, changesets }
    }));
    print({ packages, evidence: found }, statusText(asked.packages, found));
    return 0;
  }
  const chosen = asked.chosen;
  try {
    const changed = asked.action === "promote" ? promote(ROOT, chosen, found, asked.force) : demote(ROOT, chosen);
    print(changed, `Changed: ${changed.files.join(", ")}. Build, test, commit.
`);
    return 0;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    if (asked.json) process.stdout.write(`${JSON.stringify({ refused: error.message })}
`);
    process.stderr.write(`${error.message}
`);
    return REFUSED;
  }
}
function readAction(words, packages) {
  const [action = "", name, ...rest] = words;
  if (!["status", "promote", "demote"].includes(action)) {
    throw new Error(action === "" ? "What is to be done?" : `There is no '${action}'.`);
  }
  if (action === "status") {
    if (name !== void 0) throw new Error("status takes no package.");
    return { packages, action };
  }
  if (name === void 0) throw new Error(`${action} needs a package: ${namesOf(packages)}.`);
  if (rest.length > 0) throw new Error("One package at a time.");
  const chosen = packages.find((one) => one.name === name || one.name === `@rsync-io/${name}`);
  if (chosen === void 0) {
    throw new Error(`'${name}' has no features.json; there are ${namesOf(packages)}.`);
  }
  return { packages, action, chosen };
}
function namesOf(packages) {
  return packages.map(({ name }) => name).join(", ");
}
