import { durationMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { TaskState } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { bench } from "./support/bench.ts";

async function live() {
  const made = bench();
  made.agent.start();
  await made.settle();
  made.server.stream.welcome();
  /** What the newest stream has been told of tasks, beat by beat, without beats that tell nothing. */
  const news = () =>
    made.server.stream.beats
      .filter(({ tasks }) => tasks.length > 0)
      .map(({ tasks }) => tasks.map((t) => `${t.taskId} ${TaskState[t.state]} ${t.progress}`));
  return { ...made, news };
}

describe("a task", () => {
  it("is told at once, at its start, on the way and at its end", async () => {
    const { agent, news, settle } = await live();
    const task = agent.task("import-42");
    await settle();
    task.progress(0.5);
    await settle();
    task.activity();
    await settle();
    task.succeed();
    await settle();
    expect(news()).toEqual([
      ["import-42 RUNNING 0"],
      ["import-42 RUNNING 0.5"],
      ["import-42 RUNNING 0.5"],
      ["import-42 SUCCEEDED 1"],
    ]);
  });

  it("is told once for all that happens in a turn", async () => {
    const { agent, news, settle } = await live();
    const tasks = ["a", "b"].map((id) => agent.task(id));
    for (let i = 1; i <= 100; i++) for (const task of tasks) task.progress(i / 100);
    await settle();
    expect(news()).toEqual([["a RUNNING 1", "b RUNNING 1"]]);
  });

  it("carries thresholds, detail and error", async () => {
    const { agent, server, settle } = await live();
    const task = agent.task("a", { staleAfterMs: 1_000, timeoutAfterMs: 60_000, detail: "row 1" });
    await settle();
    const [started] = server.stream.last.tasks;
    expect(durationMs(started!.staleAfter!)).toBe(1_000);
    expect(durationMs(started!.timeoutAfter!)).toBe(60_000);
    expect(new TextDecoder().decode(started!.detail)).toBe("row 1");
    task.fail(new Error(`no space ${"é".repeat(2_000)}`));
    await settle();
    const [failed] = server.stream.last.tasks;
    expect(failed!.state).toBe(TaskState.FAILED);
    expect(failed!.error).toMatch(/^no space é+…$/);
    expect(Buffer.byteLength(failed!.error)).toBeLessThanOrEqual(1024);
  });

  it("holds progress to its bounds and leaves out a detail that is too large", async () => {
    const { agent, news, settle, of } = await live();
    const task = agent.task("a");
    task.progress(7);
    await settle();
    task.progress(Number.NaN, "x".repeat(4_097));
    await settle();
    task.progress(-1);
    await settle();
    expect(news()).toEqual([["a RUNNING 1"], ["a RUNNING 1"], ["a RUNNING 0"]]);
    expect(of("warn")).toHaveLength(1);
  });

  it("does nothing more after its end", async () => {
    const { agent, news, settle } = await live();
    const task = agent.task("a");
    task.cancel();
    task.progress(1);
    task.fail("x");
    task.succeed();
    await settle();
    expect(task.ended).toBe(true);
    expect(news()).toEqual([["a CANCELED 0"]]);
  });

  it("is the same one while it is in flight, and a new one after", async () => {
    const { agent, news, settle } = await live();
    const first = agent.task("a");
    expect(agent.task("a")).toBe(first);
    first.succeed();
    expect(agent.task("a")).not.toBe(first);
    await settle();
    expect(news()).toEqual([["a SUCCEEDED 1", "a RUNNING 0"]]);
  });

  it("is refused by its name when that is wrong", async () => {
    const { agent } = await live();
    expect(() => agent.task("no spaces")).toThrow(/task id "no spaces"/);
    expect(() => agent.task("a", { staleAfterMs: 1 })).toThrow(/staleAfterMs 1/);
  });

  it("that leaves its scope without an end has failed", async () => {
    const { agent, server, settle } = await live();
    const work = async () => {
      await using _task = agent.task("a");
      throw new Error("oops");
    };
    await expect(work()).rejects.toThrow("oops");
    await settle();
    expect(server.stream.last.tasks[0]).toMatchObject({
      state: TaskState.FAILED,
      error: "left its scope without an end",
    });
  });

  it("that ended well is left in peace at the end of its scope", async () => {
    const { agent, news, settle } = await live();
    {
      using task = agent.task("a");
      task.succeed();
    }
    await settle();
    expect(news()).toEqual([["a SUCCEEDED 1"]]);
  });
});

describe("an operator's CancelTask", () => {
  it("aborts the task's signal; from then on only its end is told", async () => {
    const { agent, server, news, settle } = await live();
    const task = agent.task("a");
    await settle();
    server.stream.direct({ case: "cancelTask", value: { taskId: "a", reason: "wrong file" } });
    expect(task.signal.aborted).toBe(true);
    expect(task.signal.reason).toMatchObject({ name: "AbortError", message: "wrong file" });
    task.progress(0.9);
    await settle();
    await task[Symbol.asyncDispose]();
    await settle();
    expect(news()).toEqual([["a RUNNING 0"], ["a CANCELED 0.9"]]);
  });

  it("for a task that is not there is harmless", async () => {
    const { agent, server } = await live();
    server.stream.direct({ case: "cancelTask", value: { taskId: "zzz" } });
    expect(agent.state).toBe("live");
  });
});

describe("after a reconnect", () => {
  it("tasks in flight are told again, and ends that were not acknowledged", async () => {
    const { agent, nextStream, server, news, settle } = await live();
    const [a, b, c] = ["a", "b", "c"].map((id) => agent.task(id, { detail: id }));
    await settle();
    b!.succeed();
    await settle();
    server.stream.ack();
    c!.fail("x");
    a!.progress(0.25);
    await settle();
    server.stream.end();
    await nextStream();
    expect(news()).toEqual([["c FAILED 0", "a RUNNING 0.25"]]);
    expect(server.stream.beats[0]!.registration).toBeDefined();
    expect(server.stream.beats[0]!.tasks.map(({ detail }) => detail.length)).toEqual([1, 1]);
  });

  it("what happened while away is told", async () => {
    const { agent, nextStream, server, news } = await live();
    server.stream.end();
    agent.task("a").succeed();
    agent.task("b");
    await nextStream();
    expect(news()).toEqual([["a SUCCEEDED 1", "b RUNNING 0"]]);
  });

  it("an acknowledged end is told no more", async () => {
    const { agent, nextStream, server, news, settle } = await live();
    agent.task("a").succeed();
    await settle();
    server.stream.ack();
    server.stream.end();
    await nextStream();
    expect(news()).toEqual([]);
  });
});

describe("many tasks", () => {
  it("are parted over as many beats as they need, each within 64 KiB", async () => {
    const { agent, server, settle } = await live();
    const detail = "x".repeat(4_096);
    for (let i = 0; i < 100; i++) agent.task(`t${i}`, { detail });
    await settle();
    const beats = server.stream.beats.slice(1);
    expect(beats.length).toBeGreaterThan(5);
    expect(beats.flatMap(({ tasks }) => tasks)).toHaveLength(100);
    for (const { tasks } of beats) expect(tasks.length * 4_096).toBeLessThan(60_000);
  });

  it("more than 256 work, unreported, and the log is told", async () => {
    const { agent, server, settle, of } = await live();
    const all = Array.from({ length: 257 }, (_, i) => agent.task(`t${i}`));
    all[256]!.progress(0.5);
    all[256]!.succeed();
    await settle();
    expect(server.stream.beats.flatMap(({ tasks }) => tasks)).toHaveLength(256);
    expect(of("warn")).toHaveLength(1);
  });

  it("that end while nobody listens are kept up to 256", async () => {
    const { agent, nextStream, server, of } = await live();
    server.stream.end();
    for (let i = 0; i < 300; i++) agent.task(`t${i}`).succeed();
    await nextStream();
    const told = server.stream.beats.flatMap(({ tasks }) => tasks);
    expect(told).toHaveLength(256);
    expect(told[0]!.taskId).toBe("t44");
    expect(of("warn").length).toBeGreaterThanOrEqual(44);
  });
});
