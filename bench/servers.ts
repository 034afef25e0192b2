/**
 * The servers under measurement, each a child process on free ports of loopback.
 */
import { execFileSync } from "node:child_process";
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
  /** HOST:PORT of its HTTP listener, where it has one. */
  readonly httpAddress?: string | undefined;
  readonly pid: number;
  /** With SIGTERM; with SIGKILL when it takes longer than two seconds, or what is given. */
  stop(graceMs?: number): Promise<void>;
  /** With SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>;
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

export interface HeartbeatOptions {
  /** The program to start instead, to compare an older build. */
  readonly entry?: string | undefined;
  /** Where it keeps its journal, as users have it. Undefined: in memory. */
  readonly dataDirectory?: string | undefined;
  readonly startTimeoutMs?: number;
}

/** The server for measurements: it lets everybody in at once, and holds nobody from DOWN. */
export function startHeartbeat(options: HeartbeatOptions = {}): Promise<Server> {
  const { entry, dataDirectory, startTimeoutMs } = options;
  const file = entry ?? join(root, heartbeatEntry());
  const keeping = dataDirectory === undefined ? ["--ephemeral"] : ["--data-dir", dataDirectory];
  const flags = [
    ...["--grpc-address", "127.0.0.1:0", "--http-address", "127.0.0.1:0", "--log-level", "info"],
    ...offered(file, [keeping, ["--admission-rate", "1000000"], ["--protection", "false"]]),
  ];
  const program = spawnProgram(process.execPath, [file, "serve", ...flags]);
  return listening("heartbeat", program, startTimeoutMs);
}

/** Whether a program keeps a journal: builds before it was invented do not. */
export function keepsJournal(entry: string | undefined): boolean {
  return helpOf(entry ?? join(root, heartbeatEntry())).includes("--data-dir");
}

/** Where a server keeps its journal. In memory its figures compare with those of builds that have none. */
export type Keeping = "in memory" | "journaled";

/** The ways to keep that a build has. */
export function keepingsOf(entry: string | undefined): readonly Keeping[] {
  return keepsJournal(entry) ? ["in memory", "journaled"] : ["in memory"];
}

/** A data directory of its own, where one is kept. */
export function directoryFor(keeping: Keeping): string | undefined {
  return keeping === "journaled" ? temporaryDirectory() : undefined;
}

/** Of flags with their values those that a program knows; an older build has not all of them. */
function offered(file: string, flags: readonly string[][]): string[] {
  return flags.filter(([flag = ""]) => helpOf(file).includes(flag)).flat();
}

const helpTexts = new Map<string, string>();

function helpOf(file: string): string {
  const known = helpTexts.get(file);
  if (known !== undefined) return known;
  const text = execFileSync(process.execPath, [file, "serve", "--help"], { encoding: "utf8" });
  helpTexts.set(file, text);
  return text;
}

async function listening(
  name: ServerName,
  program: Spawned,
  timeoutMs = START_TIMEOUT_MS,
): Promise<Server> {
  try {
    const { grpcAddress, httpAddress } = await program.firstLine(listeningEntry, timeoutMs);
    return {
      name,
      address: grpcAddress,
      httpAddress,
      pid: program.pid,
      stop: (graceMs) => program.stop(graceMs),
      kill: () => program.kill(),
    };
  } catch (error) {
    await program.stop();
    throw error;
  }
}

interface Listening {
  readonly grpcAddress: string;
  readonly httpAddress?: string;
}

/** What a line of the server's log says of where it listens. */
export function listeningAddress(line: string): string | undefined {
  return listeningEntry(line)?.grpcAddress;
}

function listeningEntry(line: string): Listening | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const entry = JSON.parse(line) as Listening & { readonly msg?: string };
    return entry.msg === "listening" ? entry : undefined;
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
  return {
    name: "etcd",
    address,
    pid: program.pid,
    stop: (graceMs) => program.stop(graceMs),
    kill: () => program.kill(),
  };
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
