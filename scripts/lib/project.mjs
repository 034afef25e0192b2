/**
 * What the other scripts share. `npm start` and `npm test` run on whatever Node the machine has, so
 * everything here is JavaScript that Node 14 understands; the project's own Node comes with the
 * installation.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const windows = process.platform === "win32";
const bin = join(root, "node_modules", ".bin");

/** The Node that the project pins, whichever runs this script. */
export const node = join(root, "node_modules", "node", "bin", windows ? "node.exe" : "node");

/** The environment in which `node`, `buf` and the others are the ones that the project pins. */
export function environment() {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === "PATH") || "PATH";
  const path = process.env[name] || "";
  const first = path.split(delimiter)[0] === bin;
  return { ...process.env, [name]: first ? path : `${bin}${delimiter}${path}` };
}

/** Runs a program in the project's folder; what it prints is seen. Returns its exit code. */
export function run(command, args, options) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    env: environment(),
    stdio: "inherit",
    ...options,
  });
  if (error) throw error;
  // Ended by a signal: no code.
  return status === null ? 1 : status;
}

/** Runs npm: the one that runs this script, where there is one. Its output goes to standard error. */
export function npm(args, options) {
  const cli = process.env.npm_execpath;
  const rest = { stdio: ["ignore", 2, 2], ...options };
  if (cli && /npm-cli\.c?js$/.test(cli)) return run(process.execPath, [cli, ...args], rest);
  return run("npm", args, { shell: windows, ...rest });
}

export function readJson(...path) {
  const file = join(root, ...path);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/** Says something to who started the script; standard output belongs to the program. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Ends the script with a sentence instead of a stack. */
export function fail(text) {
  say(text);
  process.exit(1);
}
