import { describe, expect, it } from "vitest";
import { RetryPlacement, TaskState } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { RetriedTask } from "../../src/agent/task.ts";
import { bench } from "./support/bench.ts";

const offer = (fields: object = {}) => ({
  subject: "tasks.retry",
  data: new TextEncoder().encode(
    JSON.stringify({
      taskId: "import-42",
      fromAgentId: "billing-3",
      attempt: 2,
      maxAttempts: 3,
      epoch: "9",
      progress: 0.4,
      detail: btoa("row 17"),
      reason: "its agent is down",
      takeUpWithin: "10s",
      ...fields,
    }),
  ),
});

async function live(handler: (task: RetriedTask) => unknown = () => new Promise(() => {})) {
  const made = bench();
  const handed: RetriedTask[] = [];
  made.agent
    .onRetry(async (task) => {
      handed.push(task);
      await handler(task);
    })
    .start();
  await made.settle();
  made.server.stream.welcome();
  const send = async (...messages: ReturnType<typeof offer>[]) => {
    made.server.stream.answer({ messages });
    await made.settle();
  };
  /** What was told of tasks on the newest stream. */
  const news = () =>
    made.server.stream.beats.flatMap(({ tasks }) =>
      tasks.map((t) => `${t.taskId} ${TaskState[t.state]} ${t.epoch}${t.error && ` ${t.error}`}`),
    );
  return { ...made, handed, send, news };
}

describe("a task that is offered", () => {
  it("is taken up at once, with all that the attempt before told", async () => {
    const { server, handed, send, news } = await live();
    expect(server.stream.beats[0]?.registration?.subscriptions).toEqual(["tasks.retry"]);
    await send(offer());
    expect(news()).toEqual(["import-42 RUNNING 9"]);
    expect(handed[0]).toMatchObject({
      id: "import-42",
      attempt: 2,
      maxAttempts: 3,
      epoch: 9n,
      progressBefore: 0.4,
      fromAgentId: "billing-3",
      reason: "its agent is down",
    });
    expect(new TextDecoder().decode(handed[0]!.detailBefore)).toBe("row 17");
  });

  it("is told with its epoch to the end", async () => {
    const { send, news, settle } = await live(async (task) => {
      task.progress(0.7);
      await Promise.resolve();
      task.succeed();
    });
    await send(offer());
    await settle();
    expect(news().at(-1)).toBe("import-42 SUCCEEDED 9");
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("no space");
      },
      "import-42 FAILED 9 no space",
    ],
    ["comes back without an end", () => {}, "import-42 FAILED 9 left its scope without an end"],
  ])("whose handler %s has failed", async (_, handler, expected) => {
    const { send, news, settle } = await live(handler);
    await send(offer());
    await settle();
    expect(news().at(-1)).toBe(expected);
  });

  it("that is canceled ends as such, whatever its handler does then", async () => {
    const { server, send, news, settle } = await live(
      (task) =>
        new Promise((_, reject) => task.signal.addEventListener("abort", () => reject("stopped"))),
    );
    await send(offer());
    server.stream.direct({ case: "cancelTask", value: { taskId: "import-42", epoch: 9n } });
    await settle();
    expect(news().at(-1)).toBe("import-42 CANCELED 9");
  });

  it("goes on when only an older attempt is to stop", async () => {
    const { server, send, handed, settle } = await live();
    await send(offer());
    for (const epoch of [0n, 8n]) {
      server.stream.direct({ case: "cancelTask", value: { taskId: "import-42", epoch } });
    }
    await settle();
    expect(handed[0]?.signal.aborted).toBe(false);
    server.stream.direct({ case: "cancelTask", value: { taskId: "import-42" } });
    await settle();
    expect(handed[0]?.signal.aborted).toBe(true);
  });

  it("takes the place of this agent's own older attempt, which is to stop", async () => {
    const { agent, send, news } = await live();
    const own = agent.task("import-42");
    await send(offer());
    expect(own.signal.aborted).toBe(true);
    own.progress(0.9);
    own.cancel();
    expect(news().slice(-1)).toEqual(["import-42 RUNNING 9"]);
  });

  it("is to stop when the agent ends, which is up to the program for a task of its own", async () => {
    const { agent, send, handed, server, settle } = await live();
    const own = agent.task("t");
    await send(offer());
    const closed = agent.close();
    await settle();
    server.stream.end();
    await closed;
    expect(handed[0]?.signal.aborted).toBe(true);
    expect(own.signal.aborted).toBe(false);
  });

  it("is taken up once, however often it is told", async () => {
    const { handed, send, settle, nextStream, server } = await live((task) => task.succeed());
    await send(offer(), offer());
    await settle();
    expect(handed).toHaveLength(1);
    // The end was not acknowledged: the server may not know of it.
    server.stream.end();
    const again = await nextStream();
    await send(offer());
    expect(handed).toHaveLength(1);
    again.welcome();
    await send(offer({ epoch: "12", attempt: 3 }));
    expect(handed).toHaveLength(2);
  });

  it("holds up no message that comes after it", async () => {
    const { send, handed } = await live();
    await send(offer(), offer({ taskId: "import-43" }));
    expect(handed.map(({ id }) => id)).toEqual(["import-42", "import-43"]);
  });

  it("that cannot be read is told to the log, and harmless", async () => {
    const { send, of, agent } = await live();
    await send({ subject: "tasks.retry", data: new TextEncoder().encode("{") });
    expect(of("warn")[0]).toMatch(/^the handler of tasks.retry failed: /);
    expect(agent.state).toBe("live");
  });

  it("is left to others when 256 are in flight", async () => {
    const { agent, send, handed, of } = await live();
    for (let n = 0; n < 256; n++) agent.task(`t${n}`);
    await send(offer());
    expect(handed).toEqual([]);
    expect(of("warn")).toEqual(["task import-42 is not taken up: 256 are in flight already"]);
  });

  it("has one handler, from before the start", async () => {
    const { agent } = await live();
    expect(() => agent.onRetry(() => {})).toThrow(/handler for lost tasks already/);
    expect(() => {
      const late = bench().agent.start();
      late.onRetry(() => {});
    }).toThrow(/before start/);
  });
});

describe("how a task is handed on", () => {
  it("is said with it, and in the policy", async () => {
    const { agent, server, settle } = bench({ policy: { taskRetry: {} } });
    agent.task("t", {
      retry: { maxAttempts: 5, backoffMs: 0, maxBackoffMs: 60_000, placement: "same-agent" },
    });
    agent.start();
    await settle();
    const [first] = server.stream.beats;
    expect(first?.registration?.policy?.taskRetry).toMatchObject({ maxAttempts: 0 });
    expect(first?.tasks[0]?.retry).toMatchObject({
      maxAttempts: 5,
      backoff: { seconds: 0n, nanos: 0 },
      maxBackoff: { seconds: 60n },
      placement: RetryPlacement.SAME_AGENT,
    });
  });

  it.each([
    [{ maxAttempts: 0 }, /retry.maxAttempts 0/],
    [{ backoffMs: -1 }, /retry.backoffMs -1/],
    [{ maxBackoffMs: 86_400_001 }, /retry.maxBackoffMs 86400001/],
    [{ placement: "nobody" as never }, /retry.placement "nobody" is no placement/],
  ])("within limits: %o is refused", (retry, message) => {
    expect(() => bench().agent.task("t", { retry })).toThrow(message);
  });
});
