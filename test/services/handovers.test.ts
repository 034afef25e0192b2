import { create, fromJsonString } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { CancelTaskRequestSchema } from "../../gen/typescript/heartbeat/v1/control_service_pb.js";
import { TaskRetrySchema, TaskState } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { SendBeatRequestSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { ListTasksRequestSchema } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeStore } from "../support/fake-store.ts";
import { type FakeStream, House } from "../support/house.ts";

const ms = (value: number) => ({ seconds: 0n, nanos: value * 1_000_000 });
const hourly = { interval: { seconds: 3_600n }, timeoutMultiplier: 24, maxMissedBeats: 100 };
const retry = { maxAttempts: 3, backoff: ms(500) };

/** A worker's stream: `a` alone takes no lost tasks. */
function worker(house: House, agentId: string, instanceId = `${agentId}1`): FakeStream {
  const subscriptions = agentId === "a" ? ["orders"] : ["tasks.*"];
  const registration = { instanceId, agentType: "w", policy: hourly, subscriptions };
  return house.stream().say({ agentId, registration });
}

/** What a stream was offered. */
function offers({ sent }: FakeStream) {
  return sent
    .flatMap(({ messages }) => messages)
    .map(({ data }) => fromJsonString(TaskRetrySchema, new TextDecoder().decode(data)));
}

/** What a stream was told to stop, and which attempt at it. */
function stopped({ sent }: FakeStream) {
  return sent
    .flatMap(({ directives }) => directives)
    .flatMap(({ kind }) =>
      kind.case === "cancelTask" ? [`${kind.value.taskId} ${kind.value.epoch ?? "any"}`] : [],
    );
}

const boom = { failed: true, reason: "boom" };

describe("a lost task", () => {
  it("is offered as a message, with all that the next one needs", async () => {
    const house = new House();
    const first = worker(house, "a").say({
      tasks: [{ taskId: "t", retry, progress: 0.5, detail: Uint8Array.of(1, 2) }],
    });
    const taker = worker(house, "b");
    first.say({ goodbye: boom });
    await house.clock.advanceAsync(600);
    const [message] = taker.sent.flatMap(({ messages }) => messages);
    expect(message).toMatchObject({
      subject: "tasks.retry",
      contentType: "application/json",
      fromAgentId: "",
    });
    expect(offers(taker)).toMatchObject([
      {
        taskId: "t",
        organizationId: "default",
        fromAgentId: "a",
        attempt: 2,
        maxAttempts: 3,
        epoch: 2n,
        progress: 0.5,
        detail: Uint8Array.of(1, 2),
        reason: "its agent is down",
        takeUpWithin: { seconds: 7_200n },
      },
    ]);
    const { tasks } = await house.services.status.listTasks(create(ListTasksRequestSchema));
    expect(tasks).toMatchObject([
      { agentId: "b", state: TaskState.OFFERED, attempt: 2, maxAttempts: 3, fromAgentId: "a" },
    ]);
  });

  it("is stopped at the agent that let it time out, and at once when that goes on all the same", async () => {
    const house = new House();
    const first = worker(house, "a").say({
      tasks: [{ taskId: "t", retry, timeoutAfter: ms(100) }],
    });
    const taker = worker(house, "b");
    await house.clock.advanceAsync(200);
    expect(stopped(first)).toEqual(["t 0"]);
    await house.clock.advanceAsync(600);
    expect(offers(taker)).toHaveLength(1);
    expect(stopped(first)).toEqual(["t 0", "t any"]);
    first.say({ tasks: [{ taskId: "t", progress: 0.9 }] });
    expect(stopped(first)).toEqual(["t 0", "t any", "t 0"]);
    taker.say({ tasks: [{ taskId: "t", epoch: offers(taker)[0]!.epoch }] });
    first.say({ tasks: [{ taskId: "t", state: TaskState.SUCCEEDED }] });
    expect(house.told()).not.toContain("task_finished");
    expect(stopped(taker)).toEqual([]);
  });

  it("is answered so to a single beat too, and to the first message of a stream", async () => {
    const house = new House();
    worker(house, "a").say({ tasks: [{ taskId: "t", retry, timeoutAfter: ms(100) }] });
    worker(house, "b");
    await house.clock.advanceAsync(800);
    const beat = { agentId: "a", tasks: [{ taskId: "t" }] };
    const { ack } = await house.services.heartbeat.sendBeat(
      create(SendBeatRequestSchema, { beat }),
    );
    expect(ack?.directives[0]?.kind).toMatchObject({
      case: "cancelTask",
      value: { taskId: "t", epoch: 0n, reason: "the task was handed on to b" },
    });
    const again = house.stream().say({
      agentId: "a",
      registration: { instanceId: "a1", agentType: "w" },
      tasks: [{ taskId: "t" }],
    });
    expect(stopped(again)).toEqual(["t 0"]);
    expect(again.sent[0]?.welcome).toBeDefined();
  });

  it("that is not taken up is taken back from its agent", async () => {
    const house = new House();
    worker(house, "a").say({ tasks: [{ taskId: "t", retry, timeoutAfter: ms(100) }] });
    const policy = { ...hourly, interval: { seconds: 5n } };
    const taker = house.stream().say({
      agentId: "b",
      registration: { instanceId: "b1", agentType: "w", policy, subscriptions: ["tasks.retry"] },
    });
    await house.clock.advanceAsync(700);
    const [{ epoch } = { epoch: 0n }] = offers(taker);
    await house.clock.advanceAsync(10_000);
    expect(stopped(taker)).toEqual([`t ${epoch}`]);
  });

  it("is told again to an agent whose stream broke before it took it up", async () => {
    const house = new House();
    worker(house, "a").say({ tasks: [{ taskId: "t", retry, timeoutAfter: ms(100) }] });
    const broken = worker(house, "b");
    await house.clock.advanceAsync(700);
    broken.session.closed();
    const again = worker(house, "b");
    expect(offers(again)).toEqual(offers(broken));
  });

  it("is offered when there is room for it to an agent that did not read for a while", async () => {
    const house = new House();
    const [count, size] = [200, 4_096];
    const first = worker(house, "a");
    const fresh = { retry, detail: new Uint8Array(size) };
    for (let n = 0; n < count; n++) first.say({ tasks: [{ taskId: `t${n}`, ...fresh }] });
    const taker = worker(house, "b");
    taker.reading = false;
    first.say({ goodbye: boom });
    await house.clock.advanceAsync(600);
    // Base64 in JSON: they do not all fit into its mailbox.
    taker.reading = true;
    taker.session.writable();
    expect(new Set(offers(taker).map(({ taskId }) => taskId)).size).toBe(count);
    expect(offers(taker)).toHaveLength(count);
    expect(taker.sent.every(({ skippedCount }) => skippedCount === 0n)).toBe(true);
  });

  it("is nobody's who subscribes no longer", async () => {
    const house = new House();
    worker(house, "a").say({ tasks: [{ taskId: "t", retry, timeoutAfter: ms(100) }] });
    worker(house, "b").session.closed();
    house.stream().say({ agentId: "b", registration: { instanceId: "b1", agentType: "w" } });
    await house.clock.advanceAsync(5_000);
    expect(house.told()).not.toContain("task_retried");
  });

  it("that waits is ended by an operator", async () => {
    const house = new House();
    worker(house, "a").say({ tasks: [{ taskId: "t", retry, timeoutAfter: ms(100) }] });
    await house.clock.advanceAsync(1_000);
    const { task } = await house.services.control.cancelTask(
      create(CancelTaskRequestSchema, { agentId: "a", taskId: "t" }),
    );
    expect(task).toMatchObject({ state: TaskState.CANCELED });
    expect(task?.nextAttemptAt).toBeUndefined();
  });

  it.each([
    [{ maxAttempts: 101 }, /tasks\[0\].retry.max_attempts 101 is out of range .*1 to 100/],
    [{ backoff: { seconds: 86_401n } }, /tasks\[0\].retry.backoff .* is too long .*0 ms to 1 d/],
    [{ maxBackoff: { seconds: -1n } }, /tasks\[0\].retry.max_backoff -1s is negative/],
    [{ placement: 7 }, /tasks\[0\].retry.placement 7 .* ANY_OF_TYPE, SAME_AGENT/],
  ])("has a policy within limits: %o is refused", (bad, message) => {
    const stream = worker(new House(), "b").say({ tasks: [{ taskId: "t", retry: bad }] });
    expect(stream.ended?.message).toMatch(message);
  });

  it("has an epoch that was given out", () => {
    const stream = worker(new House(), "b").say({ tasks: [{ taskId: "t", epoch: 2n ** 40n }] });
    expect(stream.ended?.message).toMatch(/tasks.epoch 1099511627776 is too far beyond/);
  });
});

describe("the subject of offers", () => {
  it("is the server's own: nobody hands out tasks in its name", () => {
    const message = { subject: "tasks.retry", data: new Uint8Array() };
    const stream = worker(new House(), "b").say({ messages: [message] });
    expect(stream.ended?.message).toMatch(
      /messages\[0\].subject "tasks.retry" is the server's own/,
    );
  });
});

describe("an offer and the disk", () => {
  async function begin() {
    const store = new FakeStore();
    const house = await House.on(store);
    await house.clock.advanceAsync(10);
    worker(house, "a").say({ tasks: [{ taskId: "t", retry, timeoutAfter: ms(100) }] });
    const taker = worker(house, "b");
    await house.clock.advanceAsync(200);
    return { store, house, taker };
  }
  /** The server is killed; what comes up on what it had kept. */
  async function reopened(house: House, store: FakeStore) {
    house.engine.stop();
    const clock = new FakeClock({ mono: 17, wall: house.clock.now().wall + 5_000 });
    const next = await House.on(store.reopened(), { clock });
    await clock.advanceAsync(10);
    return next;
  }

  it("is told when it is kept, and not before", async () => {
    const { store, house, taker } = await begin();
    store.stop();
    await house.clock.advanceAsync(1_000);
    expect(house.engine.monitor.tasks.waitingCount).toBe(0);
    expect(offers(taker)).toEqual([]);
    store.go();
    await house.clock.advanceAsync(10);
    expect(offers(taker)).toHaveLength(1);
  });

  it("of a server that died before it was kept was made to nobody, and is made anew", async () => {
    const { store, house, taker } = await begin();
    store.stop();
    await house.clock.advanceAsync(1_000);
    const next = await reopened(house, store);
    expect(offers(taker)).toEqual([]);
    const other = worker(next, "c");
    await next.clock.advanceAsync(1_000);
    expect(offers(other)).toMatchObject([{ taskId: "t", attempt: 2, fromAgentId: "a" }]);
  });

  it("of a server that died after it was kept stands, and is told to its agent once that is back", async () => {
    const { store, house, taker } = await begin();
    await house.clock.advanceAsync(1_000);
    const next = await reopened(house, store);
    const other = worker(next, "c");
    await next.clock.advanceAsync(20_000);
    const again = worker(next, "b");
    expect(offers(again)).toEqual(offers(taker));
    expect(offers(other)).toEqual([]);
    again.say({ tasks: [{ taskId: "t", epoch: offers(again)[0]!.epoch }] });
    // The first owner, asleep until now, knows of no restart either.
    const first = worker(next, "a").say({ tasks: [{ taskId: "t", progress: 1 }] });
    expect(stopped(first)).toEqual(["t 0"]);
    const { tasks } = await next.services.status.listTasks(create(ListTasksRequestSchema));
    expect(tasks).toMatchObject([{ agentId: "b", state: TaskState.RUNNING, attempt: 2 }]);
  });
});
