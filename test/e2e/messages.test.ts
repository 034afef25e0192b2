import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HeartbeatAgent } from "../../src/agent/index.ts";
import { eventually } from "../support/eventually.ts";
import { heartbeat, type ServerProcess, serve } from "../support/process.ts";

describe("messages", () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await serve();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const run = (...args: string[]) => heartbeat([...args, "--server", server.grpcAddress]);
  const agent = (agentId: string) =>
    new HeartbeatAgent({ agentId, server: server.grpcAddress, handleSignals: false });
  const live = (one: HeartbeatAgent) =>
    eventually(`the agent is welcomed`, () => one.connectionHealth().healthy);

  it("go from an agent to an agent and to the command line, and the publisher knows to how many", async () => {
    const heard: unknown[] = [];
    await using hearer = agent("hearer")
      .onMessage("tasks.*", (message) => void heard.push([message.fromAgentId, message.json()]))
      .start();
    await using publisher = agent("publisher").start();
    await live(hearer);
    await live(publisher);
    await using subscriber = run("subscribe", "tasks.>", "--json", "--count", "1");
    await eventually("both subscribe", async () => {
      const { stdout } = await run("status", "--json").done();
      return JSON.parse(stdout).openSubscribers === "2";
    });
    expect(await publisher.publish("tasks.new", { id: 7 })).toBe(2);
    await eventually("the handler was called", () => heard.length === 1);
    expect(heard).toEqual([["publisher", { id: 7 }]]);
    const { code, stdout } = await subscriber.done();
    expect(code).toBe(0);
    expect(JSON.parse(stdout).message).toMatchObject({
      subject: "tasks.new",
      fromAgentId: "publisher",
      contentType: "application/json",
    });
  });

  it("are answered on the subject that the asker names", async () => {
    await using answerer = agent("answerer");
    answerer
      .onMessage("system.health", ({ replyTo, text }) => {
        void answerer.publish(replyTo, `${text()}: fine`);
      })
      .start();
    await live(answerer);
    const asked = await run("publish", "system.health", "how are you", "--request").done();
    expect(asked).toMatchObject({ code: 0, stdout: "how are you: fine\n" });
    const mute = await run("publish", "nobody.hears", "--request").done();
    expect(mute).toMatchObject({ code: 1, stderr: "heartbeat: nobody subscribes to it\n" });
  });

  it("that want an answer wait no longer than they are told", async () => {
    await using deaf = agent("deaf")
      .onMessage("deaf", () => {})
      .start();
    await live(deaf);
    const asked = await run("publish", "deaf", "--request", "100ms").done();
    expect(asked.code).toBe(1);
    expect(asked.stderr).toContain("no answer within 100 ms");
  });

  it("are not waited for from a server that was never there", async () => {
    const refused = heartbeat(["subscribe", "a", "--server", "127.0.0.1:1"]);
    expect(await refused.done()).toMatchObject({ code: 4 });
  });
});
