// src/evidence.ts
var PLATFORMS = ["linux", "macos", "windows"];
function evidence(reports, now) {
  return PLATFORMS.map((platform) => {
    const report = reports.find((one) => one.platform === platform);
    const objection = report === void 0 ? absent(platform) : objectionTo(report, now);
    if (objection !== null) return { platform, counts: false, words: objection };
    return { platform, counts: true, words: shown(report) };
  });
}
var absent = (platform) => `no report: run npm run parity on ${platform}, or put the workflow's parity-${platform}.json into reports/`;
function objectionTo({ totals, complete, code, replay, platform }, now) {
  if (totals.red > 0)
    return `${totals.red} of ${totals.cells} cells differ: see reports/parity.html`;
  if (totals.cells === 0 || !complete) return "only a part of the matrix was run: run it whole";
  if (replay && platform !== "windows") return "recorded runs only: real programs are wanted here";
  if (!code.clean) return "the report is of changes that no commit has: commit, and run it again";
  if (!now.clean) return "packages/ has changes that no commit has: commit, and run it again";
  if (code.packages !== now.packages) {
    return `the report is of other code (${code.commit.slice(0, 10)}): run it again`;
  }
  return null;
}
function shown({ totals, date, code, replay }) {
  const what = replay ? "recorded transfers" : "real transfers";
  return `${totals.cells} cells equal, ${totals.rows} ${what}, ${date.slice(0, 10)}, ${code.commit.slice(0, 10)}`;
}

// src/flagged-packages.ts
import { existsSync, readdirSync, readFileSync, writeFileSync } from "fs";
import path from "path";
var FLAG = "ssh-socketpair-stderr";
function flaggedPackages(root) {
  const parent = path.join(root, "packages");
  const pending = changesets(root);
  return readdirSync(parent).sort().map((name) => path.join(parent, name)).filter((folder) => existsSync(path.join(folder, "features.json"))).map((folder) => {
    const featuresFile = path.join(folder, "features.json");
    const { name, version } = readJson(
      path.join(folder, "package.json")
    );
    const isOn = readJson(featuresFile)[FLAG] === true;
    const naming = pending.filter(({ text }) => text.includes(`'${name}':`));
    return { name, version, isOn, featuresFile, changesets: naming.map(({ file }) => file) };
  });
}
function setFlag({ featuresFile }, on) {
  const text = readFileSync(featuresFile, "utf8");
  const changed = text.replace(new RegExp(`("${FLAG}":\\s*)(true|false)`), `$1${on}`);
  if (changed === text) throw new Error(`${featuresFile} has no "${FLAG}" to change.`);
  writeFileSync(featuresFile, changed);
}
function changesets(root) {
  const folder = path.join(root, ".changeset");
  return readdirSync(folder).filter((file) => file.endsWith(".md") && file !== "README.md").sort().map((file) => ({ file, text: readFileSync(path.join(folder, file), "utf8") }));
}
var readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

// src/promotion.ts
import { writeFileSync as writeFileSync2 } from "fs";
import path2 from "path";
var RefusedError = class extends Error {
};
function promote(root, chosen, found, force) {
  if (chosen.isOn) throw new RefusedError(`${chosen.name} has the flag on already.`);
  const missing = found.filter(({ counts }) => !counts);
  if (missing.length > 0 && !force) {
    const reasons = missing.map(({ platform, words }) => `  ${platform}: ${words}`).join("\n");
    throw new RefusedError(
      `${chosen.name} is not promoted, for want of evidence:
${reasons}
--force promotes it all the same, and says so in the changeset.`
    );
  }
  const without = missing.length === 0 ? "" : `

Promoted without evidence of parity on ${missing.map(({ platform }) => platform).join(" and ")}.`;
  setFlag(chosen, true);
  return written(root, chosen, "promote", "minor", [
    `The flag \`${FLAG}\` is on by default: ${EFFECT[chosen.name] ?? "see the README"}.${without}`
  ]);
}
function demote(root, chosen) {
  if (!chosen.isOn) throw new RefusedError(`${chosen.name} has the flag off already.`);
  setFlag(chosen, false);
  return written(root, chosen, "demote", "minor", [
    `The flag \`${FLAG}\` is off by default again. Whoever wants it takes the export condition \`${FLAG}\`.`
  ]);
}
var EFFECT = {
  "@rsync-io/transport-async": "the child's stderr is captured, forwarded and explained",
  "@rsync-io/win-shim": "on Windows stderr comes by the TCP-loopback pair, with the pipe as fallback"
};
function written(root, { name, featuresFile }, what, bump, paragraphs) {
  const file = path2.join(root, ".changeset", `${what}-${name.replace(/^.*\//, "")}.md`);
  writeFileSync2(file, `---
'${name}': ${bump}
---

${paragraphs.join("\n\n")}
`);
  return { files: [featuresFile, file].map((one) => path2.relative(root, one)) };
}

// src/status.ts
function statusText(packages, found) {
  const rows = packages.map(({ name, version, isOn, changesets: changesets2 }) => [
    name,
    version,
    isOn ? "on" : "off",
    changesets2.length === 0 ? "nothing" : changesets2.join(", ")
  ]);
  const missing = found.filter(({ counts }) => !counts).map(({ platform }) => platform);
  const verdict = missing.length === 0 ? "Every platform is shown equal: promote may go on." : `promote refuses, for want of evidence: ${missing.join(", ")}.`;
  return [
    FLAG,
    "",
    ...table(["package", "version", "default", "waits for the next release"], rows),
    "",
    "Parity of this code",
    ...found.map(
      ({ platform, counts, words }) => `  ${counts ? "\u2713" : "\u2717"} ${platform.padEnd(8)} ${words}`
    ),
    "",
    verdict,
    ""
  ].join("\n");
}
function table(head, rows) {
  const widths = head.map(
    (word, i) => Math.max(word.length, ...rows.map((row) => row[i]?.length ?? 0))
  );
  return [head, ...rows].map(
    (row) => `  ${row.map((word, i) => word.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd()
  );
}

export {
  PLATFORMS,
  evidence,
  FLAG,
  flaggedPackages,
  RefusedError,
  promote,
  demote,
  statusText
};
