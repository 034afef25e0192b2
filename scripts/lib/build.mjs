import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { node, readJson, root, run, say } from "./project.mjs";

const dist = join(root, "dist");
/** Holds the digest of what dist was built from; written last. */
const STAMP = ".built";
const vite = join(root, "node_modules", "vite", "bin", "vite.js");

/** Whose code is in dist, or has made it. */
const packages = [
  "typescript",
  "vite",
  "preact",
  "@preact/signals",
  "@bufbuild/protobuf",
  "@connectrpc/connect",
  "@connectrpc/connect-web",
  "uplot",
];

/** Builds dist/ unless it was built from these very sources. Returns an exit code. */
export function ensureBuilt() {
  const digest = digestOfSources();
  if (isBuiltFrom(digest)) return 0;
  say("Building dist/ …");
  // Aside first: whoever runs from dist meanwhile, or a build that fails, leaves it whole.
  const aside = `${dist}.${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  // As in any other script, standard output belongs to the program that is to run.
  const quiet = { stdio: ["ignore", 2, 2] };
  const code =
    run(node, [tsc, "-p", "tsconfig.build.json", "--outDir", aside], quiet) ||
    run(node, [vite, "build", "web", "--outDir", join(aside, "web"), "--logLevel", "warn"], quiet);
  if (code === 0) {
    writeFileSync(join(aside, STAMP), digest);
    replaceDist(aside, digest);
  }
  rmSync(aside, { recursive: true, force: true });
  return code;
}

function replaceDist(aside, digest) {
  rmSync(dist, { recursive: true, force: true });
  try {
    renameSync(aside, dist);
  } catch (error) {
    // Another build was quicker. If it built the same, it did our work.
    if (!isBuiltFrom(digest)) throw error;
  }
}

function isBuiltFrom(digest) {
  const stamp = join(dist, STAMP);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === digest;
}

function digestOfSources() {
  const hash = createHash("sha256");
  for (const name of packages) hash.update(readJson("node_modules", name, "package.json").version);
  const files = [
    "tsconfig.json",
    "tsconfig.build.json",
    ...filesBelow("src"),
    ...filesBelow("gen"),
    ...filesBelow("web"),
  ];
  for (const file of files)
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
}
