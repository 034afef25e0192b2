import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RealServer, until } from "./support/real-server.ts";

const program = fileURLToPath(new URL("support/child.ts", import.meta.url));
let server: RealServer;
const children: ChildProcess[] = [];

function run(mode: string, address = server.address) {
  const child = spawn(process.execPath, [program, address, mode], { stdio: "pipe" });
  children.push(child);
  const seen = { out: "", err: "", code: undefined as number | null | undefined, signal: "" };
  const started = performance.now();
  child.stdout.on("data", (data) => {
    seen.out += data;
  });
  child.stderr.on("data", (data) => {
    seen.err += data;
  });
  child.on("exit", (code, signal) => Object.assign(seen, { code, signal: signal ?? "" }));
  const exited = () => until(`the exit of "${mode}"`, () => seen.code !== undefined);
  return { child, seen, exited, elapsedMs: () => performance.now() - started };
}

beforeEach(async () => {
  server = await RealServer.start();
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await server[Symbol.asyncDispose]();
});

describe("a process with an agent", () => {
  it("ends by itself when it has nothing left to do, and has left", async () => {
    const { seen, exited, elapsedMs } = run("ends");
    await exited();
    expect(elapsedMs()).toBeLessThan(3_000);
    expect(seen).toMatchObject({ code: 0, signal: "", err: "" });
    expect(server.goodbyes).toMatchObject([{ reason: "the program has ended", failed: false }]);
  });

  it("tells its failure when its exit code is not 0", async () => {
    const { seen, exited } = run("fails");
    await exited();
    expect(seen).toMatchObject({ code: 3, err: "" });
    expect(server.goodbyes).toMatchObject([{ reason: "exit code 3", failed: true }]);
  });

  it("ends by itself when it was done before the first answer, and has left all the same", async () => {
    const { seen, exited, elapsedMs } = run("early");
    await exited();
    expect(elapsedMs()).toBeLessThan(3_000);
    expect(seen).toMatchObject({ code: 0, err: "" });
    expect(server.goodbyes).toHaveLength(server.streamsOpened);
  });

  it("ends by itself when nobody is there to connect to", async () => {
    const { seen, exited, elapsedMs } = run("unreachable", "127.0.0.1:1");
    await exited();
    expect(elapsedMs()).toBeLessThan(2_000);
    expect(seen).toMatchObject({ code: 0, err: "" });
  });

  it("is held for 1 s at most by a server that takes connections and says nothing", async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    const { port } = mute.address() as { port: number };
    const { seen, exited, elapsedMs } = run("early", `127.0.0.1:${port}`);
    await exited();
    expect(elapsedMs()).toBeLessThan(3_000);
    expect(seen).toMatchObject({ code: 0, err: "" });
    for (const socket of sockets) socket.destroy();
    mute.close();
  });

  it("lives until its close is done, though nothing else keeps it", async () => {
    const { seen, exited } = run("closes");
    await exited();
    expect(seen).toMatchObject({ code: 0, err: "" });
    expect(seen.out).toContain("closed");
    expect(server.goodbyes).toMatchObject([{ reason: "done" }]);
  });

  it.each(["SIGTERM", "SIGINT"] as const)("says Goodbye at %s and dies of it", async (signal) => {
    const { child, seen, exited } = run("waits");
    await until("the welcome", () => seen.out.includes("welcomed"));
    child.kill(signal);
    await exited();
    expect(seen).toMatchObject({ code: null, signal, err: "" });
    expect(server.goodbyes).toMatchObject([{ reason: signal, failed: false }]);
  });

  it("leaves the end to a program that listens for SIGTERM itself", async () => {
    const { child, seen, exited } = run("listens");
    await until("the welcome", () => seen.out.includes("welcomed"));
    child.kill("SIGTERM");
    await exited();
    expect(seen).toMatchObject({ code: 0, signal: "", err: "" });
    expect(seen.out).toContain("graceful");
    expect(server.goodbyes).toHaveLength(1);
  });
});
