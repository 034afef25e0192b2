/**
 * `npm run gen:check`: fails when gen/ is not what `npm run gen` would write. Languages whose plugins are
 * missing are skipped and listed; with HEARTBEAT_DEMAND_ALL=1 they fail.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate, languagesOf } from "./lib/generate.mjs";
import { fail, root } from "./lib/project.mjs";

const [project = root] = process.argv.slice(2);
const languages = languagesOf(project);
const skipped = languages.filter(({ installed }) => !installed).map(({ name }) => name);
if (skipped.length > 0 && process.env.HEARTBEAT_DEMAND_ALL === "1") {
  fail(`HEARTBEAT_DEMAND_ALL=1 demands the plugins of ${skipped.join(", ")}: npm run gen:install`);
}

const fresh = mkdtempSync(join(tmpdir(), "heartbeat-gen-"));
try {
  const stale = languages
    .filter(({ installed }) => installed)
    .flatMap(({ name }) => {
      if (generate(project, name, fresh) !== 0)
        fail("buf generate failed; the lines above say why.");
      return compare(join(project, "gen", name), join(fresh, "gen", name)).map(
        (path) => `${name}/${path}`,
      );
    });
  if (stale.length > 0) {
    fail(`gen/ is stale: ${stale.join(", ")}\nRun \`npm run gen\` and commit what it writes.`);
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
const note = skipped.length === 0 ? "" : ` Not looked at, plugins missing: ${skipped.join(", ")}.`;
console.log(`gen/ is fresh.${note}`);

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
  if (!existsSync(folder)) return [];
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const below = path === "" ? entry.name : `${path}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(folder, below) : [below];
  });
}
