import { describe, expect, it } from "vitest";
import { nextTurn } from "../../src/clock.ts";
import type { HeartbeatError } from "../../src/errors.ts";
import type { RecordedEvent } from "../../src/events/event.ts";
import { follow, LAG_GRACE_MS } from "../../src/events/follow.ts";
import { Turns } from "../../src/events/turns.ts";
import { House } from "../support/house.ts";

const AT_ONCE = 100;
const IN_A_RUN = 25;

const sequencesOf = ({ value }: IteratorResult<readonly RecordedEvent[]>) =>
  (value as readonly RecordedEvent[]).map(({ sequence }) => sequence);

/** All that needs no turn of the loop. */
const promisesSettle = () => new Promise<void>((resolve) => process.nextTick(resolve));

describe("turns", () => {
  it("give everybody together a measure of work, and the rest in the turns that follow", async () => {
    const turns = new Turns();
    let done = 0;
    const worker = async () => {
      for (let n = 0; n < 90; n++) {
        await turns.take(1);
        done++;
      }
    };
    const all = Promise.all([worker(), worker(), worker()]);
    await promisesSettle();
    const perTurn = [done];
    while (done < 270) {
      const before = done;
      await nextTurn();
      perTurn.push(done - before);
    }
    await all;
    expect(perTurn).toEqual([AT_ONCE, AT_ONCE, 70]);
  });

  it("give one no more than a run of it, and come round to everybody", async () => {
    const turns = new Turns();
    const done = Array.from({ length: 20 }, () => 0);
    const worker = async (who: number) => {
      while (done[who]! < 100) done[who]! += await turns.take(1_000);
    };
    const all = Promise.all(done.map((_, who) => worker(who)));
    for (let turn = 0; turn < 3; turn++) {
      await nextTurn();
      expect(Math.max(...done) - Math.min(...done)).toBeLessThanOrEqual(IN_A_RUN);
    }
    await all;
    expect(done).toEqual(done.map(() => 100));
  });
});

describe("turns that more wait for than they have room for", () => {
  it("come one after the other, until everybody has had his", async () => {
    const turns = new Turns();
    const all = Array.from({ length: 5 * AT_ONCE }, () => turns.take(1));
    expect(await Promise.all(all)).toEqual(all.map(() => 1));
  });
});

describe("a reader that is ended while it waits for its turn", () => {
  it("is told to resume after the last event that it has had", async () => {
    const house = new House();
    const { log } = house.engine;
    const turns = new Turns();
    const ended: HeartbeatError[] = [];
    const events = follow(log, {
      clock: house.clock,
      turns,
      filter: {},
      after: log.lastSequence,
      maxLag: 1,
      signal: new AbortController().signal,
      endSlow: (error) => ended.push(error),
    });
    const first = events.next();
    house.stream().say({ agentId: "a" });
    expect(sequencesOf(await first)).toEqual([1]);
    expect(sequencesOf(await events.next())).toEqual([2]);
    // Everything of this turn is taken, and the reader asks for its next one.
    for (let n = 0; n < AT_ONCE; n++) void turns.take(1);
    const third = events.next();
    house.stream().say({ agentId: "b" });
    await promisesSettle();
    house.stream().say({ agentId: "c" });
    house.clock.advance(LAG_GRACE_MS);
    house.stream().say({ agentId: "d" });
    expect(ended[0]?.refusal.metadata).toEqual({ "heartbeat-resume-after": "2" });
    expect(sequencesOf(await third)).toEqual([3]);
  });
});
