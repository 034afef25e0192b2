import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ControlService } from "../../gen/typescript/heartbeat/v1/control_service_pb.js";
import {
  type BeatRequestSchema,
  HeartbeatService,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { eventually } from "../support/eventually.ts";
import { RawClient } from "../support/raw-client.ts";
import { type TestServer, testServer } from "../support/server.ts";

let server: TestServer;
let client: RawClient;
beforeAll(async () => {
  server = await testServer();
  client = new RawClient(server.grpcAddress);
});
afterAll(async () => {
  client[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

type Beat = MessageInitShape<typeof BeatRequestSchema>;
const seconds = (count: number) => ({ seconds: BigInt(count), nanos: 0 });

/** A first message with one thing wrong, and what its refusal must say. */
const firstMessages: [string, Beat, RegExp][] = [
  ["without an id", {}, /^agent_id is empty \(limit: 1 to 128 bytes/],
  [
    "with an oversized id",
    { agentId: "a".repeat(129) },
    /^agent_id "a+…" has 129 bytes \(limit: 1 to 128 bytes/,
  ],
  ["with an ill-formed id", { agentId: "a b" }, /^agent_id "a b" has a character that is not all/],
  ["with an id of control characters", { agentId: "a\u0000b\n" }, /^agent_id "a\\u0000b\\n" has a/],
  ["with an id that is not ASCII", { agentId: "héron" }, /^agent_id "héron" has a character/],
  [
    "with a slash in its organization",
    { agentId: "a", registration: { organizationId: "a/b" } },
    /^registration.organization_id "a\/b" has a character/,
  ],
  [
    "with a negative interval",
    { agentId: "a", registration: { policy: { interval: seconds(-5) } } },
    /^registration.policy.interval -5s is negative \(limit: 100 ms to 1 d\)/,
  ],
  [
    "with an interval of zero",
    { agentId: "a", registration: { policy: { interval: seconds(0) } } },
    /^registration.policy.interval 0s is too short \(limit: 100 ms to 1 d\)/,
  ],
  [
    "with an absurd interval",
    { agentId: "a", registration: { policy: { interval: seconds(315_576_000_000) } } },
    /^registration.policy.interval 315576000000s is too long/,
  ],
  [
    "with a multiplier that is no number",
    { agentId: "a", registration: { policy: { timeoutMultiplier: Number.NaN } } },
    /^registration.policy.timeout_multiplier NaN is out of range \(limit: 1.1 to 1000\)/,
  ],
  [
    "with too many missed beats allowed",
    { agentId: "a", registration: { policy: { maxMissedBeats: 1001 } } },
    /^registration.policy.max_missed_beats 1001 is out of range \(limit: 1 to 1000\)/,
  ],
  [
    "with a negative drop grace",
    { agentId: "a", registration: { policy: { dropGrace: seconds(-1) } } },
    /^registration.policy.drop_grace -1s is negative/,
  ],
  [
    "with an unknown detector",
    { agentId: "a", registration: { policy: { detector: 99 as never } } },
    /^registration.policy.detector 99 is not a detector \(limit: FIXED\)/,
  ],
  [
    "with 33 labels",
    {
      agentId: "a",
      registration: {
        labels: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`l${n}`, "x"])),
      },
    },
    /^registration.labels has 33 entries \(limit: at most 32\)/,
  ],
  [
    "with a label's name that is none",
    { agentId: "a", registration: { labels: { "a b": "x" } } },
    /^registration.labels key "a b" is not a label's name/,
  ],
  [
    "with an unknown activity",
    { agentId: "a", activity: 9 as never },
    /^activity 9 is not a value of this field \(limit: RUNNING, IDLE\)/,
  ],
  [
    "with a task in a state that is not its to give",
    { agentId: "a", tasks: [{ taskId: "t", state: 6 }] },
    /^tasks\[0\].state 6 is not a value of this field \(limit: RUNNING, SUCCEEDED, FAILED, CANCELED\)/,
  ],
  [
    "with progress that is no number",
    { agentId: "a", tasks: [{ taskId: "t", progress: Number.NaN }] },
    /^tasks\[0\].progress NaN is out of range \(limit: 0 to 1\)/,
  ],
  [
    "with progress beyond its end",
    { agentId: "a", tasks: [{ taskId: "t", progress: 1.01 }] },
    /^tasks\[0\].progress 1.01 is out of range/,
  ],
  [
    "with 257 tasks",
    { agentId: "a", tasks: Array.from({ length: 257 }, (_, n) => ({ taskId: `t${n}` })) },
    /^tasks has 257 entries \(limit: at most 256\)/,
  ],
  [
    "with a task's detail that is too large",
    { agentId: "a", tasks: [{ taskId: "t", detail: new Uint8Array(4097) }] },
    /^tasks\[0\].detail has 4097 bytes \(limit: 4096 bytes\)/,
  ],
  [
    "with vitals that are infinite",
    { agentId: "a", vitals: { custom: { load: Number.POSITIVE_INFINITY } } },
    /^vitals.custom\[load\] Infinity is out of range/,
  ],
  [
    "with an epoch that no server gives",
    { agentId: "a", epoch: 2n ** 63n },
    /^epoch 9223372036854775808 is too large \(limit: at most 2\^53 - 1\)/,
  ],
];

describe("a first message", () => {
  it.each(firstMessages)("%s is refused, and nothing comes of it", async (_, beat, message) => {
    const agents = await client.call(StatusService.method.listAgents, {});
    const ended = await client.beats().say(beat).ended;
    expect(ended).toMatchObject({
      status: "INVALID_ARGUMENT",
      message: expect.stringMatching(message),
    });
    expect(await client.call(StatusService.method.listAgents, {})).toEqual(agents);
  });

  it.each(firstMessages)("%s is refused by SendBeat too", async (_, beat, message) => {
    const ended = await client.refused(HeartbeatService.method.sendBeat, { beat });
    expect(ended).toMatchObject({
      status: "INVALID_ARGUMENT",
      message: expect.stringMatching(message),
    });
  });

  it("that asks for a detector of a later version is told so", async () => {
    const registration = { policy: { detector: 3 } };
    const ended = await client.beats().say({ agentId: "a", registration }).ended;
    expect(ended.status).toBe("UNIMPLEMENTED");
    expect(ended.message).toMatch(/^registration.policy.detector PHI is not offered/);
  });

  it("of garbage bytes is refused as unreadable", async () => {
    const ended = await client.beats().sayBytes(Uint8Array.of(0x0a, 0xff, 0xff, 0xff)).ended;
    expect(ended.status).toBe("INVALID_ARGUMENT");
    expect(ended.message).toMatch(/^heartbeat.v1.BeatRequest 4 bytes cannot be read: /);
  });

  it("of text that is not UTF-8 is refused as unreadable", async () => {
    const ended = await client.beats().sayBytes(Uint8Array.of(0x0a, 0x02, 0xc3, 0x28)).ended;
    expect(ended.status).toBe("INVALID_ARGUMENT");
  });

  it("of more than 64 KiB is refused with its size and the limit", async () => {
    const ended = await client.beats().sayBytes(new Uint8Array(65_537)).ended;
    expect(ended.status).toBe("INVALID_ARGUMENT");
    expect(ended.message).toMatch(/^beat 65537 bytes is too large \(limit: 65536 bytes\)/);
  });

  it("of 5 MiB is refused with its size and the limit before it is read", async () => {
    const ended = await client.beats().sayBytes(new Uint8Array(5 * 1024 * 1024)).ended;
    expect(ended.status).toBe("RESOURCE_EXHAUSTED");
    expect(ended.message).toMatch(/5242880.*4194304/);
  });
});

describe("a later message", () => {
  const opened = async (agentId: string) => {
    const stream = client.beats().say({ agentId, sequence: 5n });
    await stream.response();
    return stream;
  };

  it.each<[string, Beat, string, RegExp]>([
    [
      "that names another agent",
      { agentId: "other" },
      "INVALID_ARGUMENT",
      /^agent_id "other" is not the agent of this stream \(limit: empty or "late-0"\); open a stream/,
    ],
    [
      "whose sequence goes back",
      { sequence: 4n },
      "INVALID_ARGUMENT",
      /^sequence 4 does not grow \(limit: greater than 5, or 0\)/,
    ],
    [
      "whose sequence stands still",
      { sequence: 5n },
      "INVALID_ARGUMENT",
      /^sequence 5 does not grow/,
    ],
    [
      "that registers again",
      { registration: {} },
      "INVALID_ARGUMENT",
      /^registration has been sent already \(limit: a stream's first message only\)/,
    ],
    [
      "that publishes to a wildcard",
      { messages: [{ subject: "a" }, { subject: "a.*" }] },
      "INVALID_ARGUMENT",
      /^messages\[1\]\.subject "a\.\*" has a wildcard, and a message goes to one subject \(limit: at most 16 tokens parted by "\."\)/,
    ],
    [
      "that publishes to nobody",
      { messages: [{ data: new Uint8Array(1) }] },
      "INVALID_ARGUMENT",
      /^messages\[0\]\.subject is empty/,
    ],
    [
      "that publishes 257 messages",
      { messages: Array.from({ length: 257 }, () => ({ subject: "a" })) },
      "INVALID_ARGUMENT",
      /^messages has 257 entries \(limit: at most 256\)/,
    ],
    [
      "that publishes more than 32 KiB",
      { messages: [{ subject: "a", data: new Uint8Array(32 * 1024 + 1) }] },
      "INVALID_ARGUMENT",
      /^messages\[0\]\.data has 32769 bytes \(limit: 32768 bytes\)/,
    ],
  ])("%s ends the stream", async (_, beat, status, message) => {
    const stream = await opened("late-0");
    const ended = await stream.say(beat).ended;
    expect(ended).toMatchObject({ status, message: expect.stringMatching(message) });
  });

  it("that starts a 257th task ends the stream", async () => {
    const stream = await opened("late-tasks");
    stream.say({ tasks: Array.from({ length: 256 }, (_, n) => ({ taskId: `t${n}` })) });
    await stream.response(2);
    const ended = await stream.say({ tasks: [{ taskId: "one-more" }] }).ended;
    expect(ended.status).toBe("RESOURCE_EXHAUSTED");
    expect(ended.message).toMatch(
      /^tasks "one-more" would be one task too many in flight \(limit: 256/,
    );
  });
});

describe("a question", () => {
  const { listAgents, listEvents, listTasks, getAgent } = StatusService.method;

  it("for an unknown agent finds nobody and says where it looked", async () => {
    const ended = await client.refused(getAgent, { agentId: "nobody", organizationId: "acme" });
    expect(ended.status).toBe("NOT_FOUND");
    expect(ended.message).toMatch(/^agent_id "nobody" is not known in organization "acme"; check/);
    expect(ended.metadata.get("heartbeat-error")).toEqual(["agent_unknown"]);
  });

  it.each(["!", "bm90IGpzb24", Buffer.from('["x","y"]').toString("base64url")])(
    "with the bad page token %s is refused",
    async (pageToken) => {
      for (const method of [listAgents, listEvents, listTasks]) {
        const ended = await client.refused(method, { pageToken });
        expect(ended.status).toBe("INVALID_ARGUMENT");
        expect(ended.message).toMatch(/^page_token ".*" is not from an answer to this question/);
      }
    },
  );

  it("with a page token of another question is refused", async () => {
    for (const agentId of ["p1", "p2"]) {
      await client.call(HeartbeatService.method.sendBeat, { beat: { agentId } });
    }
    const { nextPageToken } = await client.call(listAgents, { pageSize: 1, idPrefix: "p" });
    const ended = await client.refused(listAgents, { pageSize: 1, pageToken: nextPageToken });
    expect(ended.status).toBe("INVALID_ARGUMENT");
  });

  it.each([
    ["an unknown state", { states: [42 as never] }, /^states\[0\] 42 is not a value of this field/],
    ["a page of 1001", { pageSize: 1001 }, /^page_size 1001 is out of range \(limit: 1 to 1000\)/],
    ["an unknown order", { orderBy: "shoe_size" }, /^order_by "shoe_size" is not an order \(limit/],
  ])("with %s is refused", async (_, request, message) => {
    const ended = await client.refused(listAgents, request);
    expect(ended).toMatchObject({
      status: "INVALID_ARGUMENT",
      message: expect.stringMatching(message),
    });
  });

  it("after a sequence that has not happened is out of range", async () => {
    const { lastSequence } = await client.call(StatusService.method.getStatus, {});
    const after = await failureOf(lastSequence + 10n);
    expect(after).toMatch(/after_sequence \d+ has not happened yet \(limit: 0 to \d+\)/);
  });

  async function failureOf(afterSequence: bigint): Promise<string> {
    try {
      for await (const _ of client.watch(StatusService.method.watchEvents, { afterSequence }))
        break;
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  }
});

describe("an operator's wish", () => {
  const { pauseAgent, updatePolicy, cancelTask } = ControlService.method;
  const agentId = "operated";

  beforeAll(() => client.call(HeartbeatService.method.sendBeat, { beat: { agentId } }));

  it.each([
    ["too short", { pauseFor: seconds(0) }, /^pause_for 0s is too short \(limit: 1 s to 30 d\)/],
    ["forever", { pauseFor: seconds(1e9) }, /^pause_for 1000000000s is too long/],
    ["in the past", { until: seconds(1) }, /^until .* from now is out of range/],
    ["twice", { until: seconds(1), pauseFor: seconds(60) }, /^until is set beside pause_for/],
  ])("to pause %s is refused", async (_, request, message) => {
    const ended = await client.refused(pauseAgent, { agentId, ...request });
    expect(ended).toMatchObject({
      status: "INVALID_ARGUMENT",
      message: expect.stringMatching(message),
    });
  });

  it("to update a policy without one is refused", async () => {
    const ended = await client.refused(updatePolicy, { agentId });
    expect(ended).toMatchObject({
      status: "INVALID_ARGUMENT",
      message: "policy is empty; fill it in",
    });
  });

  it("to cancel an unknown task finds none", async () => {
    const ended = await client.refused(cancelTask, { agentId, taskId: "t" });
    expect(ended).toMatchObject({ status: "NOT_FOUND" });
    expect(ended.message).toMatch(/^task_id "t" is not known; see the agent's tasks/);
  });
});

describe("ten thousand bad streams", () => {
  it("harm no other stream and leave nothing behind", async () => {
    const good = client.beats().say({ agentId: "good" });
    await good.response();
    const storm = async (streams: number) => {
      using stranger = new RawClient(server.grpcAddress);
      for (let batch = 0; batch < streams / 100; batch++) {
        const endings = Array.from({ length: 100 }, (_, n) =>
          n % 2 === 0
            ? stranger.beats().say({ agentId: "" }).ended
            : stranger.beats().sayBytes(Uint8Array.of(0xff)).ended,
        );
        for (const { status } of await Promise.all(endings))
          expect(status).toBe("INVALID_ARGUMENT");
      }
    };
    const { openStreams } = await client.call(StatusService.method.getStatus, {});
    await storm(2_000);
    const before = heapUsed();
    await storm(10_000);
    await eventually("memory back to within 8 MiB", () => heapUsed() - before < 8 * 2 ** 20);
    const after = await client.call(StatusService.method.getStatus, {});
    expect(after.openStreams).toBe(openStreams);
    good.say({});
    expect((await good.response(2)).ackedSequence).toBe(2n);
  }, 60_000);
});

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
