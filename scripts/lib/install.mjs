import { existsSync } from "node:fs";
import { fail, node, npm, readJson, say } from "./project.mjs";

/** Installs what package-lock.json names, unless it is there already. */
export function ensureInstalled() {
  if (isInstalled()) return;
  if (npmMajor() < 7) fail("npm 7 or later is needed: npm install --global npm@latest");
  say("Installing what package-lock.json names …");
  if (npm(["ci", "--no-audit", "--no-fund"]) !== 0) {
    fail("The installation failed; the lines above say why.");
  }
  if (!existsSync(node)) {
    fail("The installation left out Node itself. Allow the install script of the package `node`.");
  }
}

/** Compares versions rather than times: a fresh checkout has new times and old contents. */
function isInstalled() {
  const locked = readJson("package-lock.json");
  const installed = readJson("node_modules", ".package-lock.json");
  if (!installed || !existsSync(node)) return false;
  return Object.entries(locked.packages).every(([path, { version, optional, devOptional }]) => {
    const there = installed.packages[path];
    // Optional packages are for one platform each.
    if (there === undefined) return path === "" || optional || devOptional;
    return there.version === version;
  });
}

function npmMajor() {
  const [, version] = /^npm\/(\d+)/.exec(process.env.npm_config_user_agent || "") || [];
  return version === undefined ? Number.POSITIVE_INFINITY : Number(version);
}
