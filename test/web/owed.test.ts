import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { AgentState, EventSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { OVERDUE_MS, Owed } from "../../web/src/data/owed.ts";
import { FakeClock } from "../support/fake-clock.ts";

const down = create(EventSchema, { to: AgentState.DOWN });
const finished = create(EventSchema, { to: AgentState.UNSPECIFIED });

function bench() {
  const clock = new FakeClock();
  const owed = new Owed(clock);
  let overdue = 0;
  owed.whenOverdue(() => {
    overdue++;
  });
  const now = () => clock.now().mono;
  return { clock, owed, now, overdue: () => overdue };
}

describe("news that one stream promises of another", () => {
  it("is overdue when an event changes an agent, and the agents' watch is silent", () => {
    const { clock, owed, now, overdue } = bench();
    owed.eventTold(down, now());
    clock.advance(OVERDUE_MS - 1);
    expect(overdue()).toBe(0);
    clock.advance(1);
    expect(overdue()).toBe(1);
  });

  it("is not owed once the agents' watch has told anything, before or after", () => {
    const { clock, owed, now, overdue } = bench();
    owed.agentTold(now());
    clock.advance(1_000);
    owed.eventTold(down, now());
    clock.advance(OVERDUE_MS - 500);
    owed.eventTold(down, now());
    clock.advance(1_000);
    owed.agentTold(now());
    clock.advance(10_000);
    expect(overdue()).toBe(0);
  });

  it("is not owed by an event that changes no agent", () => {
    const { clock, owed, now, overdue } = bench();
    owed.eventTold(finished, now());
    clock.advance(10_000);
    expect(overdue()).toBe(0);
  });

  it("is overdue when the status knows events that are not told", () => {
    const { clock, owed, overdue } = bench();
    owed.sequenceKnown(10n, 10n);
    clock.advance(10_000);
    expect(overdue()).toBe(0);
    for (let second = 0; second < 6; second++) {
      owed.sequenceKnown(BigInt(11 + second), 10n);
      clock.advance(1_000);
    }
    expect(overdue()).toBe(1);
  });

  it("is not overdue while events come, however far behind they are", () => {
    const { clock, owed, overdue } = bench();
    for (let second = 0; second < 10; second++) {
      owed.sequenceKnown(1_000_000n, BigInt(second));
      clock.advance(1_000);
    }
    expect(overdue()).toBe(0);
  });

  it("leaves no timer behind", () => {
    const { clock, owed, now } = bench();
    owed.eventTold(down, now());
    owed.sequenceKnown(2n, 1n);
    expect(clock.pendingTimers).toBe(2);
    owed.forget();
    expect(clock.pendingTimers).toBe(0);
  });
});
