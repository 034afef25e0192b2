import { describe, expect, it } from "vitest";
import { bench } from "./support/bench.ts";

async function live(options = {}) {
  const made = bench(options);
  made.agent.start();
  await made.settle();
  made.server.stream.welcome();
  return made;
}

describe("close()", () => {
  it("says Goodbye, waits for its ack and the end of the stream, and lets everything go", async () => {
    const { agent, clock, server, process, settle } = await live();
    const closed = agent.close("deploy");
    expect(agent.state).toBe("closing");
    await settle();
    const { goodbye, vitals } = server.stream.last;
    expect(goodbye).toMatchObject({ reason: "deploy", failed: false });
    expect(vitals).toBeDefined();
    expect(server.stream).toMatchObject({ finished: false, held: true });
    server.stream.ack();
    expect(server.stream.finished).toBe(true);
    server.stream.end({ by: "server", status: "OK", message: "" });
    await closed;
    expect(agent.state).toBe("ended");
    expect(clock.pendingTimers).toBe(0);
    expect(process.allListeners).toBe(0);
  });

  it("waits 2 s at most", async () => {
    const { agent, clock, server } = await live();
    const closed = agent.close();
    await clock.advanceAsync(1_999);
    expect(agent.state).toBe("closing");
    await clock.advanceAsync(1);
    await closed;
    expect(server.stream.abandoned).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it("is the same whenever it is called", async () => {
    const { agent, server, settle } = await live();
    const twice = Promise.all([agent.close("a"), agent.close("b"), agent.fail("c")]);
    await settle();
    server.stream.ack();
    server.stream.end({ by: "server", status: "OK", message: "" });
    await twice;
    await agent.close();
    expect(server.stream.beats.filter(({ goodbye }) => goodbye)).toHaveLength(1);
  });

  it("ends at once between two attempts, and before the start", async () => {
    const { agent, server, clock } = await live();
    server.stream.end();
    await agent.close();
    expect(agent.state).toBe("ended");
    expect(clock.pendingTimers).toBe(0);
    const never = bench();
    await never.agent.close();
    expect(never.agent.state).toBe("ended");
    expect(() => never.agent.start()).toThrow(/does not start again/);
  });

  it("tells the ends of tasks with the Goodbye, or before it when there are too many", async () => {
    const { agent, server, settle } = await live();
    for (let i = 0; i < 30; i++) agent.task(`t${i}`, { detail: "x".repeat(4_000) }).succeed();
    void agent.close();
    await settle();
    expect(server.stream.beats.flatMap(({ tasks }) => tasks)).toHaveLength(30);
    expect(server.stream.beats.map(({ goodbye }) => goodbye !== undefined).indexOf(true)).toBe(
      server.stream.beats.length - 1,
    );
  });

  it("says it while the first message is still unanswered", async () => {
    const { agent, server, settle } = bench();
    server.hangs = true;
    agent.start();
    void agent.close();
    await settle();
    expect(server.stream.beats).toHaveLength(1);
    server.stream.unhang();
    expect(server.stream.last.goodbye).toBeDefined();
  });

  it("sends no beat after the Goodbye and tells no lost lease", async () => {
    const { agent, server, clock, names } = await live();
    await clock.advanceAsync(1_500);
    void agent.close();
    agent.idle();
    agent.beat();
    await clock.advanceAsync(1_900);
    expect(server.stream.last.goodbye).toBeDefined();
    expect(names()).toEqual(["welcome"]);
  });

  it("is what an abort does, and what the end of a scope does", async () => {
    const controller = new AbortController();
    const { agent, server, settle } = await live({ signal: controller.signal });
    controller.abort();
    await settle();
    expect(agent.state).toBe("closing");
    expect(server.stream.last.goodbye!.reason).toBe("aborted");
    const other = await live();
    void other.agent[Symbol.asyncDispose]();
    await settle();
    expect(other.agent.state).toBe("closing");
  });

  it("comes before the start when the signal is aborted already", () => {
    const { agent, server } = bench({ signal: AbortSignal.abort() });
    agent.start();
    expect(agent.state).toBe("ended");
    expect(server.streams).toEqual([]);
  });
});

describe("fail()", () => {
  it("tells the agent's own death, cut to what the wire takes", async () => {
    const { agent, server, settle } = await live();
    void agent.fail(`exit code 3: ${"€".repeat(1_000)}`);
    await settle();
    const { reason, failed } = server.stream.last.goodbye!;
    expect(failed).toBe(true);
    expect(reason).toMatch(/^exit code 3: €+…$/);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(1_024);
  });
});

describe("a signal", () => {
  const answer = async ({ server, settle }: Awaited<ReturnType<typeof live>>) => {
    await settle();
    server.stream.ack();
    server.stream.end({ by: "server", status: "OK", message: "" });
    await settle();
  };

  it("says Goodbye, then takes its usual effect, when nobody else listens", async () => {
    const made = await live();
    made.process.emit("SIGTERM");
    await made.settle();
    expect(made.server.stream.last.goodbye!.reason).toBe("SIGTERM");
    expect(made.process.kills).toEqual([]);
    await answer(made);
    expect(made.process.kills).toEqual(["SIGTERM"]);
    expect(made.process.allListeners).toBe(0);
  });

  it("takes its effect after 2 s when the server does not answer", async () => {
    const { process, clock } = await live();
    process.emit("SIGINT");
    await clock.advanceAsync(1_999);
    expect(process.kills).toEqual([]);
    await clock.advanceAsync(1);
    expect(process.kills).toEqual(["SIGINT"]);
  });

  it.each(["before", "after"])("is left to others who listen once, since %s", async (when) => {
    const made = bench();
    const others = () => made.process.off("SIGTERM", others);
    if (when === "before") made.process.on("SIGTERM", others);
    made.agent.start();
    await made.settle();
    made.server.stream.welcome();
    if (when === "after") made.process.on("SIGTERM", others);
    made.process.emit("SIGTERM");
    await answer(made);
    expect(made.process.kills).toEqual([]);
    expect(made.process.allListeners).toBe(0);
  });

  it("that comes a second time does not wait", async () => {
    const { process, settle } = await live();
    process.emit("SIGINT");
    await settle();
    process.emit("SIGINT");
    expect(process.kills).toEqual(["SIGINT"]);
  });

  it("takes its effect at once between two attempts", async () => {
    const { process, server, settle } = await live();
    server.stream.end();
    process.emit("SIGTERM");
    await settle();
    expect(process.kills).toEqual(["SIGTERM"]);
  });

  it("is not listened for when that is not wanted", async () => {
    const { process } = await live({ handleSignals: false });
    expect(process.listenerCount("SIGTERM")).toBe(0);
    expect(process.listenerCount("beforeExit")).toBe(1);
  });
});

describe("a program that has nothing left to do", () => {
  it.each([
    [undefined, false],
    [0, false],
    [3, true],
  ])("with exit code %s leaves with failed = %s", async (exitCode, failed) => {
    const { process, server, settle } = await live();
    process.exitCode = exitCode;
    process.emit("beforeExit");
    await settle();
    expect(server.stream.last.goodbye!.failed).toBe(failed);
    expect(server.stream.held).toBe(true);
  });

  it("is held for 1 s at most", async () => {
    const { process, agent, clock } = await live();
    process.emit("beforeExit");
    await clock.advanceAsync(999);
    expect(agent.state).toBe("closing");
    await clock.advanceAsync(1);
    expect(agent.state).toBe("ended");
  });
});
