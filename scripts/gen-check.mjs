/** `npm run gen:check`: fails when gen/ is not what `npm run gen` would write. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fail, root, run } from "./lib/project.mjs";

const [project = root] = process.argv.slice(2);
const fresh = mkdtempSync(join(tmpdir(), "heartbeat-gen-"));
try {
  const code = run("buf", ["generate", "--output", fresh], { cwd: project });
  if (code !== 0) fail("buf generate failed; the lines above say why.");
  const stale = compare(join(project, "gen"), join(fresh, "gen"));
  if (stale.length > 0) {
    fail(`gen/ is stale: ${stale.join(", ")}\nRun \`npm run gen\` and commit what it writes.`);
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
console.log("gen/ is fresh.");

/** Paths that are missing, left over or different. */
function compare(committed, generated) {
  const paths = new Set([...filesBelow(committed), ...filesBelow(generated)]);
  return [...paths].filter((path) => read(committed, path) !== read(generated, path)).sort();
}

function read(folder, path) {
  const file = join(folder, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function filesBelow(folder, path = "") {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const below = path === "" ? entry.name : `${path}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(folder, below) : [below];
  });
}
