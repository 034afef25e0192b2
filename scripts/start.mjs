/**
 * `npm start`: installs and builds what is missing, serves, and says what to try next. What follows
 * `--` goes to `heartbeat serve`: npm start -- --interval 5s
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { environment, fail, node, root, say } from "./lib/project.mjs";

ensureInstalled();
if (ensureBuilt() !== 0) fail("The build failed; the lines above say why.");

const server = spawn(node, [join(root, "dist", "main.js"), "serve", ...process.argv.slice(2)], {
  env: environment(),
  stdio: ["ignore", "pipe", "inherit"],
  // In a group of its own: a terminal's Ctrl-C reaches it once, through us. Twice would mean "now".
  detached: process.platform !== "win32",
});

server.on("error", (error) => fail(`Node could not be started: ${error.message}`));
server.stdout.pipe(process.stdout);
server.stdout.on("data", listen);
process.stdout.on("error", () => server.kill("SIGTERM"));

/** Looks for the line that says where the server listens; then looks no more. */
let unread = "";
function listen(chunk) {
  const lines = (unread + chunk).split("\n");
  unread = lines.pop();
  const line = lines.find((text) => text.includes('"msg":"listening"'));
  if (line === undefined) return;
  server.stdout.off("data", listen);
  suggest(JSON.parse(line));
}

function suggest({ grpcAddress, httpAddress }) {
  const usual = grpcAddress === "127.0.0.1:50051";
  const to = usual ? "" : ` --server ${grpcAddress}`;
  say(`
Heartbeat listens: gRPC on ${grpcAddress}, HTTP on ${httpAddress}. Ctrl-C stops it.
The live page: http://${httpAddress}/
Try next, in another terminal:

  ./heartbeat run${to} -- sleep 60
  ./heartbeat watch${to}
  grpcurl -plaintext -d '{"beat": {"agent_id": "me"}}' ${grpcAddress} heartbeat.v1.HeartbeatService/SendBeat
  curl -H 'content-type: application/json' -d '{}' http://${httpAddress}/heartbeat.v1.StatusService/ListAgents
`);
}

/** A signal may reach us twice, from the terminal and from npm. The server is to see it once. */
const SAME_SIGNAL_MS = 500;
let lastSignalAt = Number.NEGATIVE_INFINITY;
const signals = ["SIGTERM", "SIGINT", "SIGHUP"];
for (const signal of signals) process.on(signal, passOn);

function passOn(signal) {
  const now = Date.now();
  if (now - lastSignalAt < SAME_SIGNAL_MS) return;
  lastSignalAt = now;
  server.kill(signal);
}

// Some shells stay between npm and us, and die of a signal without passing it on.
const PARENT_CHECK_MS = 200;
const parent = process.ppid;
if (process.env.npm_lifecycle_event) {
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    server.kill("SIGTERM");
  }, PARENT_CHECK_MS);
  check.unref();
}

server.on("close", (code, signal) => {
  for (const name of signals) process.off(name, passOn);
  if (signal === null) process.exit(code);
  process.kill(process.pid, signal);
});
