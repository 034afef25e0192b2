import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { FakeWorld } from "../cli/support/fake-context.ts";
import { Program, type ServerProcess, serve } from "../support/process.ts";
import { RawClient } from "../support/raw-client.ts";

const folder = new URL("../../examples/", import.meta.url);

describe("the examples", () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await serve();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** Runs one as a user does, but on the sources of this checkout. */
  const run = (file: string) =>
    new Program(
      process.execPath,
      ["--conditions=heartbeat-source", new URL(file, folder).pathname],
      {
        env: { HEARTBEAT_SERVER: server.grpcAddress },
      },
    ).done();

  const events = async (agentId: string) => {
    using client = new RawClient(server.grpcAddress);
    const page = await client.call(StatusService.method.listEvents, { agentId });
    return page.events.map(({ reason }) => reason);
  };

  it("typescript/basic.ts connects, and leaves with its reason", async () => {
    expect(await run("typescript/basic.ts")).toMatchObject({ code: 0, stderr: "" });
    expect(await events("billing-7")).toEqual([
      "new agent",
      "opened a stream",
      "all invoices are out",
    ]);
  });

  it("typescript/tasks.ts tells a task from its start to its end", async () => {
    expect(await run("typescript/tasks.ts")).toMatchObject({ code: 0, stderr: "" });
    expect(await events("importer-1")).toContain("task import-42 succeeded");
  });

  it("typescript/messages.ts publishes, hears and answers", async () => {
    const { code, stdout } = await run("typescript/messages.ts");
    expect(code).toBe(0);
    expect(stdout.split("\n").sort()).toEqual([
      "",
      "a task from worker-1: { id: 7 }",
      "an answer: { accepted: true }",
      "connected, epoch 1",
      "handed to 1",
    ]);
  });

  it("typescript/fencing.ts writes with its epoch", async () => {
    const { code, stdout } = await run("typescript/fencing.ts");
    expect(code).toBe(0);
    expect(stdout).toContain("written with epoch 1: line 3");
  });

  it("typescript/raw.ts beats with the generated code alone, and leaves", async () => {
    const { code, stdout } = await run("typescript/raw.ts");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "connected, epoch 1\n" });
    expect(await events("raw-typescript")).toContain("that was all");
  });

  // After the others: from here on epochs are above that of the attempt.
  it("typescript/retry.ts goes on with a task whose agent is lost", async () => {
    const { code, stdout, stderr } = await run("typescript/retry.ts");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/attempt 2 of import-42, epoch \d+: .*\nb.csv is in\nc.csv is in\n$/);
    expect(await events("importer-2")).toContain("task import-42 succeeded");
  });

  it("embedded.ts watches without a server", async () => {
    const { code, stdout } = await run("embedded.ts");
    expect(code).toBe(0);
    expect(stdout).toBe("[ 'request-9', 'session-1' ] 2\n");
  });
});

describe("the README", () => {
  const readme = readFileSync(new URL("../README.md", folder), "utf8");
  const blocks = [...readme.matchAll(/```(\w*)\n([\s\S]*?)```/g)].map(([, language, text]) => ({
    language,
    text,
  }));

  it("shows code of the examples, and no other", () => {
    const examples = [
      "embedded.ts",
      "typescript/basic.ts",
      "typescript/tasks.ts",
      "python/basic.py",
    ].map((file) => readFileSync(new URL(file, folder), "utf8"));
    const shown = blocks.filter(({ language }) => language === "ts" || language === "python");
    expect(shown.length).toBeGreaterThan(0);
    for (const { text } of shown) {
      expect(examples.some((example) => example.includes(text))).toBe(true);
    }
  });

  it("names commands and flags that exist", async () => {
    const lines = blocks
      .filter(({ language }) => language === "sh")
      .flatMap(({ text }) => text.split("\n"))
      .filter((line) => line.startsWith("./heartbeat "));
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) {
      const [command = "", ...words] = line
        .slice("./heartbeat ".length)
        .split(" -- ")[0]
        .split(" ");
      const world = new FakeWorld();
      expect(await world.run(command, "--help")).toBe(0);
      for (const flag of words.filter((word) => word.startsWith("--"))) {
        expect(world.out).toContain(flag);
      }
    }
  });
});
