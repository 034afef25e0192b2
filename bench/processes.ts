/**
 * Child processes and temporary directories, and the promise that none outlives the bench.
 */
import { type ChildProcess, type ForkOptions, fork, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Ticks of /proc a second: a constant of Linux's interface to programs. */
const TICKS_PER_SECOND = 100;

const children = new Set<ChildProcess>();
const directories = new Set<string>();

process.once("exit", cleanUp);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => process.exit(130));
}

/** Kills every child and removes every directory, now. Also what happens at exit. */
export function cleanUp(): void {
  for (const child of children) child.kill("SIGKILL");
  for (const directory of directories) removeDirectory(directory);
}

/** Removes a temporary directory before the end, where it holds much. */
export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  directories.delete(directory);
}

function keep(child: ChildProcess): ChildProcess {
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

/** A Node program of this folder with a channel to talk to it. */
export function forkProgram(file: string, args: string[], options: ForkOptions = {}): ChildProcess {
  return keep(fork(new URL(file, import.meta.url), args, { execArgv: [], ...options }));
}

/**
 * Any program. Its standard output is piped, its complaints are kept for an error's text.
 *
 * @param env what is added to this process's own environment
 */
export function spawnProgram(
  command: string,
  args: string[],
  env: Readonly<Record<string, string>> = {},
): Spawned {
  const child = keep(
    spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } }),
  );
  return new Spawned(child);
}

/** A program whose last words are remembered. */
export class Spawned {
  readonly child: ChildProcess;
  #lastWords = "";

  constructor(child: ChildProcess) {
    this.child = child;
    child.stderr!.on("data", (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString()).slice(-4_000);
    });
    child.once("error", (error) => {
      this.#lastWords = error.message;
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** The line that names an error, else the last; file names without their folders. */
  get lastWords(): string {
    const lines = this.#lastWords.trim().split("\n");
    const telling = lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? "";
    return telling.trim().replaceAll(/\/\S+\//g, "");
  }

  /** The first line of standard output that `pick` makes something of. */
  firstLine<T>(pick: (line: string) => T | undefined, timeoutMs: number): Promise<T> {
    return within(timeoutMs, "the server's first line", (resolve, reject) => {
      const output = this.child.stdout!;
      let rest = "";
      const onData = (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split("\n");
        rest = lines.pop()!;
        for (const line of lines) {
          const picked = pick(line);
          if (picked === undefined) continue;
          resolve(picked);
          // What it says later is nobody's business, but must be taken off it.
          output.off("data", onData).resume();
          return;
        }
      };
      output.on("data", onData);
      this.child.once("error", reject);
      this.child.once("exit", (code) => {
        reject(new Error(`ended with ${code} before it listened: ${this.lastWords}`));
      });
    });
  }

  async stop(graceMs?: number): Promise<void> {
    await stop(this.child, graceMs);
  }

  /** As nothing can prevent. Resolves when it is gone. */
  async kill(): Promise<void> {
    await stop(this.child, 0, "SIGKILL");
  }
}

/** SIGTERM, and SIGKILL for whoever does not heed it within two seconds. */
export async function stop(
  child: ChildProcess,
  graceMs = 2_000,
  signal: NodeJS.Signals = "SIGTERM",
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.kill(signal);
    setTimeout(() => child.kill("SIGKILL"), graceMs).unref();
  });
}

/** The next message of a forked child that `pick` makes something of, or fails with what it throws. */
export function nextMessage<T>(
  child: ChildProcess,
  pick: (message: unknown) => T | undefined,
  timeoutMs: number,
): Promise<T> {
  return within(timeoutMs, "an answer of a child process", (resolve, reject) => {
    const settled = () => {
      child.off("message", onMessage);
      child.off("exit", onExit);
    };
    const onMessage = (message: unknown) => {
      try {
        const picked = pick(message);
        if (picked === undefined) return;
        resolve(picked);
      } catch (error) {
        reject(error as Error);
      }
      settled();
    };
    const onExit = (code: number | null, signal: string | null) => {
      reject(new Error(`a child process ended with ${signal ?? code}`));
      settled();
    };
    child.on("message", onMessage);
    child.once("exit", onExit);
  });
}

/** A promise that fails by itself. */
export function within<T>(
  timeoutMs: number,
  what: string,
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${what} did not come within ${timeoutMs} ms`)),
      timeoutMs,
    );
    start(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "heartbeat-bench-"));
  directories.add(directory);
  return directory;
}

/** Ports of loopback that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Processor time that a process has used so far, all threads, in milliseconds; steps of 10. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The name in parentheses may hold blanks; the fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
}

/** Resident memory of a process in KiB. */
export function rssKiB(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"));
  if (line === null) throw new Error(`process ${pid} has no resident memory`);
  return Number(line[1]);
}

/** How many files this process, and so a child of it, may have open. */
export function openFilesLimit(): number {
  const line = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "latin1"));
  return line === null || line[1] === "unlimited" ? Number.POSITIVE_INFINITY : Number(line[1]);
}
