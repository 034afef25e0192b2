/**
 * The servers under measurement, each a child process on free ports of loopback.
 */
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ackBytes } from "./messages.ts";
import { freePorts, type Spawned, sleep, spawnProgram, temporaryDirectory } from "./processes.ts";

export type ServerName = "floor" | "heartbeat" | "etcd";

export interface Server {
  readonly name: ServerName;
  /** HOST:PORT of its gRPC listener. */
  readonly address: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 15_000;
const root = fileURLToPath(new URL("..", import.meta.url));

/** What ships when it is built, else the source; relative to the project. */
export function heartbeatEntry(): string {
  return existsSync(join(root, "dist/main.js")) ? "dist/main.js" : "src/main.ts";
}

export function startFloor(): Promise<Server> {
  const file = fileURLToPath(new URL("floor.ts", import.meta.url));
  return listening("floor", spawnProgram(process.execPath, [file, String(ackBytes())]));
}

/** @param entry the program to start instead, to compare an older build */
export function startHeartbeat(entry?: string): Promise<Server> {
  const file = entry ?? join(root, heartbeatEntry());
  const flags = ["--grpc-address", "127.0.0.1:0", "--http-address", "127.0.0.1:0"];
  return listening(
    "heartbeat",
    spawnProgram(process.execPath, [file, "serve", ...flags, "--log-level", "info"]),
  );
}

async function listening(name: ServerName, program: Spawned): Promise<Server> {
  try {
    const address = await program.firstLine(listeningAddress, START_TIMEOUT_MS);
    return { name, address, pid: program.pid, stop: () => program.stop() };
  } catch (error) {
    await program.stop();
    throw error;
  }
}

function listeningAddress(line: string): string | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const entry = JSON.parse(line) as { msg?: string; grpcAddress?: string };
    return entry.msg === "listening" ? entry.grpcAddress : undefined;
  } catch {
    return undefined;
  }
}

/** Where the etcd program is, or undefined when this machine has none. */
export function findEtcd(): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((directory) => join(directory, "etcd"))
    .find((file) => existsSync(file));
}

export async function startEtcd(command: string): Promise<Server> {
  const [clientPort, peerPort] = await freePorts(2);
  const address = `127.0.0.1:${clientPort}`;
  const client = `http://${address}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const program = spawnProgram(command, [
    ...["--name", "bench", "--data-dir", join(temporaryDirectory(), "data")],
    ...["--listen-client-urls", client, "--advertise-client-urls", client],
    ...["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer],
    ...["--initial-cluster", `bench=${peer}`, "--log-level", "error"],
  ]);
  try {
    await healthy(client, program);
  } catch (error) {
    await program.stop();
    throw error;
  }
  return { name: "etcd", address, pid: program.pid, stop: () => program.stop() };
}

async function healthy(url: string, program: Spawned): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (program.child.exitCode !== null) throw new Error(`etcd ended: ${program.lastWords}`);
    const body = await fetch(`${url}/health`).then(
      (response) => response.text(),
      () => "",
    );
    if (body.includes('"true"')) return;
    await sleep(100);
  }
  throw new Error(`etcd was not healthy within ${START_TIMEOUT_MS} ms: ${program.lastWords}`);
}

/** The version of a package that is installed, as its own package.json has it. */
export function packageVersion(name: string): string {
  const file = join(root, name === "heartbeat" ? "" : `node_modules/${name}`, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
