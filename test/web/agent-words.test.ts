import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import {
  AgentState,
  EventSchema,
  EventType,
  LivenessPolicySchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { WatchBeatsResponseSchema } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { detailText } from "../../web/src/agent/detail-text.ts";
import { jitters } from "../../web/src/agent/jitter.ts";
import { livesOf } from "../../web/src/agent/lives.ts";
import { marksOf, standingsOf } from "../../web/src/agent/marks.ts";
import { policyWords } from "../../web/src/agent/policy-words.ts";
import { pulseWords } from "../../web/src/agent/pulse.ts";
import { Trace } from "../../web/src/agent/trace.ts";
import { agent, WALL } from "./support/agents.ts";

const policy = (rest: MessageInitShape<typeof LivenessPolicySchema> = {}) =>
  create(LivenessPolicySchema, {
    interval: durationFromMs(5_000),
    grace: durationFromMs(500),
    timeoutMultiplier: 3,
    maxMissedBeats: 3,
    taskStaleAfter: durationFromMs(300_000),
    taskTimeoutAfter: durationFromMs(1_800_000),
    ...rest,
  });

describe("a policy in words", () => {
  it("says how often it beats, and when it is SUSPECT and DOWN", () => {
    expect(policyWords(policy())).toEqual([
      "Beats every 5s.",
      "SUSPECT after 5.5s of silence, or when its stream drops.",
      "DOWN after 15s of silence or 3 missed beats, whichever is first.",
      "A task is stale after 5m without news, and timed out after 30m of running.",
    ]);
  });

  it.each([
    [durationFromMs(2_000), "15s of silence, 3 missed beats or 2s after a drop"],
    [durationFromMs(0), "15s of silence, 3 missed beats or a drop, at once"],
  ])("has what a drop comes to", (dropGrace, words) => {
    expect(policyWords(policy({ dropGrace }))[2]).toContain(words);
  });

  it("says that lost tasks are handed on", () => {
    const retry = { maxAttempts: 3 };
    expect(policyWords(policy({ taskRetry: retry })).at(-1)).toBe(
      "A lost task is handed on, up to 3 attempts in all.",
    );
    expect(policyWords(policy({ taskRetry: { maxAttempts: 1 } }))).toHaveLength(4);
  });
});

describe("the trace in words", () => {
  const pace = { intervalMs: 5_000, graceMs: 500 };
  const told = (beats: number, silenceMs: number, gapMs: number) =>
    create(WatchBeatsResponseSchema, {
      beats,
      silence: durationFromMs(silenceMs),
      gap: durationFromMs(gapMs),
    });

  it("says what is seen", () => {
    const trace = new Trace();
    expect(pulseWords(trace, undefined, pace, 0)).toBe("no beat yet");
    trace.told(told(0, 0, 0), 10_000);
    trace.told(told(1, 0, 4_990), 14_990);
    trace.told(told(1, 0, 5_010), 20_000);
    const known = agent("a", { missedBeats: 2, jitter: durationFromMs(3) });
    expect(pulseWords(trace, known, pace, 20_800)).toBe(
      "last beat 800ms ago; mean gap 5s; jitter 3ms; 2 beats missed",
    );
  });

  it("takes no outage for the rhythm", () => {
    const trace = new Trace();
    trace.told(told(0, 0, 0), 10_000);
    trace.told(told(1, 0, 5_000), 15_000);
    trace.told(told(1, 0, 60_000), 75_000);
    expect(pulseWords(trace, undefined, pace, 75_000)).toContain("mean gap 5s;");
  });

  it("never calls our silence the agent's", () => {
    const trace = new Trace();
    trace.told(told(0, 0, 0), 10_000);
    trace.close(10_500);
    expect(pulseWords(trace, undefined, undefined, 20_000)).toMatch(
      /^no connection: nothing is known now/,
    );
  });
});

describe("jitter", () => {
  it("is reckoned as the monitor reckons it, without outages", () => {
    expect(jitters([1_000, 1_000, 1_016], 1_250)).toEqual([0, 0, 1]);
    expect(jitters([1_000, 9_000, 1_016, 1_000], 1_250)).toEqual([0, 0, 0, 1]);
    expect(jitters([1_000, null, 1_016], 1_250)).toEqual([0, 0, 0]);
  });
});

type EventInit = MessageInitShape<typeof EventSchema>;
let sequence = 0n;
const event = (type: EventType, at: number, rest: EventInit = {}) =>
  create(EventSchema, {
    sequence: ++sequence,
    type,
    occurredAt: timestampFromMs(WALL + at),
    agentId: "a",
    ...rest,
  });

describe("the marks of an agent's events", () => {
  const { ALIVE, DOWN, EXPECTED, SUSPECT } = AgentState;
  const events = [
    event(EventType.CONNECTED, 0, { epoch: 1n, from: EXPECTED, to: ALIVE }),
    event(EventType.TASK_STARTED, 10, { epoch: 1n }),
    event(EventType.DROPPED, 1_000, { epoch: 1n }),
    event(EventType.SUSPECTED, 1_000, { epoch: 1n, from: ALIVE, to: SUSPECT }),
    event(EventType.MISSED, 2_000, { epoch: 1n }),
    event(EventType.DOWN, 3_000, { epoch: 1n, from: SUSPECT, to: DOWN }),
    event(EventType.SUPERSEDED, 3_990, { epoch: 2n }),
    event(EventType.CONNECTED, 4_000, { epoch: 2n, details: { instance_id: "i-2" } }),
    event(EventType.RECOVERED, 4_000, { epoch: 2n, from: DOWN, to: ALIVE }),
    event(EventType.CONNECTED, 5_000, { epoch: 2n, details: { instance_id: "i-2" } }),
  ].toReversed();

  it("say what happened, and when by this machine's clock", () => {
    const marks = marksOf(events, WALL - 100);
    expect(marks.map(({ at, label }) => [at, label])).toEqual([
      [100, "epoch 1"],
      [1_100, "stream dropped"],
      [1_100, "SUSPECT"],
      [2_100, "missed"],
      [3_100, "DOWN"],
      [4_090, "superseded"],
      [4_100, "epoch 2"],
      [4_100, "recovered"],
      [5_100, "connected"],
    ]);
    expect(marks.filter(({ isMissed }) => isMissed)).toHaveLength(1);
  });

  it("tell how it stood", () => {
    expect(standingsOf(events, WALL).map(({ from, state }) => [from, state])).toEqual([
      [Number.NEGATIVE_INFINITY, EXPECTED],
      [0, ALIVE],
      [1_000, SUSPECT],
      [3_000, DOWN],
      [4_000, ALIVE],
    ]);
    expect(standingsOf([], WALL)).toEqual([]);
  });

  it("tell of its lives, each since its beginning", () => {
    expect(livesOf(events)).toMatchObject([
      { epoch: 2n, since: timestampFromMs(WALL + 4_000), instanceId: "i-2" },
      { epoch: 1n, since: timestampFromMs(WALL), instanceId: "" },
    ]);
  });
});

describe("a task's detail", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);

  it.each([
    [bytes(""), ""],
    [bytes("row 7"), "row 7"],
    [bytes('{"row":7}'), '{\n  "row": 7\n}'],
    [new Uint8Array([0xff, 0xfe]), "2 bytes that are no text"],
  ])("is shown as what it is: %o", (detail, text) => {
    expect(detailText(detail)).toBe(text);
  });
});
