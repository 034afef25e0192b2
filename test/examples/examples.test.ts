import { readdirSync, readFileSync } from "node:fs";
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

  it("agent.ts connects, and leaves with its reason", async () => {
    expect(await run("agent.ts")).toMatchObject({ code: 0, stderr: "" });
    expect(await events("billing-7")).toEqual([
      "new agent",
      "opened a stream",
      "all invoices are out",
    ]);
  });

  it("tasks.ts tells a task from its start to its end", async () => {
    expect(await run("tasks.ts")).toMatchObject({ code: 0, stderr: "" });
    expect(await events("importer-1")).toContain("task import-42 succeeded");
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
    const examples = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), "utf8"));
    const shown = blocks.filter(({ language }) => language === "ts");
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
