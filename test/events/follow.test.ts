import { describe, expect, it } from "vitest";
import type { HeartbeatError } from "../../src/errors.ts";
import type { EventFilter } from "../../src/events/filter.ts";
import { type FollowOptions, follow, LAG_GRACE_MS } from "../../src/events/follow.ts";
import type { EventLog } from "../../src/events/log.ts";
import { Turns } from "../../src/events/turns.ts";
import { House } from "../support/house.ts";
import { Reader } from "../support/reader.ts";

const run = { events: 10, inAPiece: 5 };

function following(
  house: House,
  more: Partial<FollowOptions> = {},
  log: EventLog = house.engine.log,
) {
  return (context: { readonly signal: AbortSignal }) =>
    follow(log, {
      clock: house.clock,
      turns: new Turns(),
      filter: {},
      after: 0,
      maxLag: 1_000,
      run,
      ...context,
      ...more,
    });
}

/** Two events each. */
function agents(house: House, count: number): void {
  const before = house.engine.log.lastSequence;
  for (let n = 1; n <= count; n++) house.stream().say({ agentId: `a${before + n}` });
}

describe("runs of events", () => {
  const runsOf = async (house: House, more: Partial<FollowOptions> = {}) => {
    const runs = await new Reader(following(house, more)).now();
    return runs.map((events) => events.map(({ sequence }) => sequence));
  };
  const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

  it("are what is there, no longer than asked for, without gap or repeat", async () => {
    const house = new House();
    agents(house, 12);
    const runs = await runsOf(house);
    expect(runs.map(({ length }) => length)).toEqual([10, 10, 4]);
    expect(runs.flat()).toEqual(upTo(24));
    expect((await runsOf(house, { after: 17 })).flat()).toEqual([18, 19, 20, 21, 22, 23, 24]);
  });

  it("are one event each where nothing is asked for", async () => {
    const house = new House();
    agents(house, 2);
    expect(await runsOf(house, { run: undefined })).toEqual([[1], [2], [3], [4]]);
  });

  it("join what came while their reader was at something else", async () => {
    const house = new House();
    const reader = new Reader(following(house));
    expect(await reader.now()).toEqual([]);
    agents(house, 1);
    agents(house, 1);
    expect((await reader.now()).map(({ length }) => length)).toEqual([4]);
  });

  it("have only what matches, however far apart", async () => {
    const house = new House();
    agents(house, 600);
    house.stream().say({ agentId: "last" });
    const filters: EventFilter[] = [{ agentId: "a1" }, { agentId: "last" }, { agentId: "nobody" }];
    const [first, last, nobody] = await Promise.all(
      filters.map((filter) => runsOf(house, { filter })),
    );
    expect(first).toEqual([[1, 2]]);
    expect(last).toEqual([[1_201, 1_202]]);
    expect(nobody).toEqual([]);
  });

  it("are no longer when they come from what is no longer at hand", async () => {
    const house = new House();
    agents(house, 12);
    const { log } = house.engine;
    const older: EventLog = {
      firstSequence: 1,
      lastSequence: log.lastSequence,
      at: () => undefined,
      append: () => [],
      find: (query) => log.find(query),
      onGrown: () => () => {},
    };
    const runs = await new Reader(following(house, {}, older)).now();
    expect(runs.map(({ length }) => length)).toEqual([10, 10, 4]);
  });

  it("that are not read end where the last one ended that was handed on", async () => {
    const house = new House();
    const ended: HeartbeatError[] = [];
    const events = following(house, { maxLag: 2, endSlow: (error) => ended.push(error) })({
      signal: new AbortController().signal,
    });
    const first = events.next();
    agents(house, 2);
    expect((await first).value).toHaveLength(4);
    agents(house, 2);
    house.clock.advance(LAG_GRACE_MS);
    agents(house, 1);
    const resumeAfter = { "heartbeat-resume-after": "4" };
    expect(ended[0]?.refusal.metadata).toEqual(resumeAfter);
    await expect(events.next()).rejects.toMatchObject({ refusal: { metadata: resumeAfter } });
  });
});
