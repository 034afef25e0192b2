import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import {
  EventSchema,
  EventType,
  Severity,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { EVENTS_KEPT, EventLog } from "../../web/src/data/event-log.ts";
import { latest } from "../../web/src/events/latest.ts";
import { Tally } from "../../web/src/ui/tally.ts";

const event = (sequence: number, rest: object = {}) =>
  create(EventSchema, { sequence: BigInt(sequence), severity: Severity.INFO, ...rest });

describe("the events of the page", () => {
  it("are each there once, and only the last of them", () => {
    const log = new EventLog();
    log.beginJournal("one", 0n);
    for (let sequence = 1; sequence <= 3 * EVENTS_KEPT; sequence++) log.add(event(sequence));
    log.add(event(5));
    expect(log.events).toHaveLength(EVENTS_KEPT);
    expect(log.events.at(-1)?.sequence).toBe(BigInt(3 * EVENTS_KEPT));
    expect(log.lastSequence).toBe(BigInt(3 * EVENTS_KEPT));
  });

  it("begin anew with another journal, whose sequences are others", () => {
    const log = new EventLog();
    log.beginJournal("one", 0n);
    log.add(event(7));
    const told: unknown[] = [];
    log.onEvent((one) => told.push(one));
    log.beginJournal("two", 2n);
    expect(log.events).toEqual([]);
    log.add(event(2));
    log.add(event(3));
    expect(log.events.map(({ sequence }) => sequence)).toEqual([3n]);
    expect(told).toEqual([undefined, event(3)]);
  });

  it("are news, unless they happened before anybody looked", () => {
    const log = new EventLog();
    log.beginJournal("one", 3n, 5n);
    expect([4, 5, 6].map((sequence) => log.isHistory(event(sequence)))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("go on behind what was forgotten", () => {
    const log = new EventLog();
    log.skipTo(9n);
    log.skipTo(4n);
    expect(log.lastSequence).toBe(9n);
  });
});

describe("the latest events", () => {
  const events = [
    event(1, { agentId: "job-1", type: EventType.CONNECTED }),
    event(2, { agentId: "job-1", type: EventType.DOWN, severity: Severity.ERROR }),
    event(3, {
      agentId: "Mill",
      type: EventType.DROPPED,
      severity: Severity.WARNING,
      reason: "reset",
    }),
  ];
  it.each([
    [Severity.INFO, "", [3, 2, 1]],
    [Severity.WARNING, "", [3, 2]],
    [Severity.ERROR, "", [2]],
    [Severity.INFO, "mill", [3]],
    [Severity.INFO, "down", [2]],
    [Severity.INFO, " RESET ", [3]],
    [Severity.INFO, "nothing", []],
  ])("of severity %i with %o are %o, the newest first", (minSeverity, text, sequences) => {
    const found = latest(events, { minSeverity, text }, 10);
    expect(found.map(({ sequence }) => Number(sequence))).toEqual(sequences);
  });

  it("are no more than fit", () => {
    expect(latest(events, { minSeverity: Severity.INFO, text: "" }, 2)).toHaveLength(2);
  });
});

describe("what a screen reader is told", () => {
  it("is a sentence, however many they are", () => {
    const tally = new Tally();
    tally.down("a");
    expect(tally.take()).toBe("a down");
    for (const id of ["a", "b", "c"]) tally.down(id);
    tally.recovered("d");
    expect(tally.take()).toBe("3 agents down, d recovered");
    expect(tally.take()).toBe("");
  });

  it("is how it ended, of who went down and came back", () => {
    const tally = new Tally();
    tally.down("a");
    tally.recovered("a");
    expect(tally.take()).toBe("a recovered");
  });
});
