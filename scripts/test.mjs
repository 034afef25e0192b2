/**
 * `npm test`: installs and builds what is missing and runs all tests. What follows `--` goes to
 * vitest: npm test -- test/monitor
 *
 * HEARTBEAT_DEMAND_ALL=1 makes a missing program a failure instead of skipped tests.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { environment, fail, node, root, run, say } from "./lib/project.mjs";

/** Programs that some tests talk to, by name or by their place in the project, and where to get them. */
const programs = {
  grpcurl: "go install github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.3",
  "clients/python/.venv/bin/python": "clients/python/venv.sh",
  prometheus: "apt-get install prometheus, or prometheus.io/download",
  promtool: "comes with prometheus",
  "prometheus-alertmanager": "apt-get install prometheus-alertmanager",
  chromium: "apt-get install chromium",
};

ensureInstalled();
if (ensureBuilt() !== 0) fail("The build failed; the lines above say why.");

const demandAll = process.env.HEARTBEAT_DEMAND_ALL === "1";
const missing = Object.keys(programs).filter((name) => find(name) === undefined);
for (const name of Object.keys(programs)) {
  const found = find(name);
  if (found) say(`${name}: ${found}`);
  else
    say(`${name}: not found, its tests ${demandAll ? "fail" : "are skipped"} (${programs[name]})`);
}
if (demandAll && missing.length > 0) {
  fail(`HEARTBEAT_DEMAND_ALL=1 demands ${missing.join(", ")}.`);
}

const folder = mkdtempSync(join(tmpdir(), "heartbeat-test-"));
const report = join(folder, "report.json");
const code = run(node, [
  join(root, "node_modules", "vitest", "vitest.mjs"),
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
const counts = existsSync(report) ? count(JSON.parse(readFileSync(report, "utf8"))) : undefined;
rmSync(folder, { recursive: true, force: true });
if (counts) {
  // A file that cannot be loaded, or an error outside any test, has failed too.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
}
process.exitCode = code;

function count({ numPassedTests, numPendingTests, numTodoTests, testResults, numFailedTests }) {
  const unloadable = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests + unloadable.length,
    skipped: numPendingTests + (numTodoTests || 0),
  };
}

/** Where a program is: as the shell finds it, or where Go installs it, as test/support looks for it. */
function find(name) {
  if (name.includes("/")) return existsSync(join(root, name)) ? name : undefined;
  const env = environment();
  const path = env.PATH || env.Path || "";
  const endings = process.platform === "win32" ? [".exe", ".cmd", ""] : [""];
  return [...path.split(delimiter), join(homedir(), "go", "bin")]
    .flatMap((directory) => endings.map((ending) => join(directory, name + ending)))
    .find((file) => existsSync(file));
}
