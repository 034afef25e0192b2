import { describe, expect, it } from "vitest";
import { anybody } from "../../src/auth/identity.ts";
import { pingRoute } from "../../src/http/ping.ts";
import { House } from "../support/house.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A house that is pinged as the HTTP door does it: "/backup/start?interval=1m". */
function bench() {
  const house = new House();
  const route = pingRoute(house.engine, house.services.heartbeat);
  const ping = async (url: string, output = "") => {
    const [path, query] = url.split("?");
    const [, ...parts] = route.pattern.exec(`/ping${path}`) ?? [];
    const kept = Buffer.from(output);
    return route.answer({
      identity: anybody,
      parts: parts.map((part) => decodeURIComponent(part ?? "")),
      query: new Map(new URLSearchParams(query)),
      headers: {},
      body: async () => ({ kept, bytes: kept.length }),
    });
  };
  const view = (agentId: string, organizationId = "default") => {
    const slot = house.engine.monitor.find(organizationId, agentId);
    return slot === undefined ? undefined : house.engine.monitor.view(slot, house.engine.now());
  };
  return { house, ping, view };
}

describe("a ping", () => {
  it("is a beat of the agent that it names, and nothing more", async () => {
    const { house, ping, view } = bench();
    expect(await ping("/backup")).toEqual({ status: 200, text: "OK\n" });
    house.clock.advance(20_000);
    await ping("/backup");
    expect(view("backup")).toMatchObject({ state: "alive", beatsReceived: 2, sinceLastBeatMs: 0 });
    expect(house.told("backup")).toEqual(["registered", "connected"]);
  });

  it("names an agent with a slash as %2F", async () => {
    const { ping, view } = bench();
    await ping("/team%2Fbackup/0");
    expect(view("team/backup")).toMatchObject({ state: "alive" });
  });

  it("declares a policy: DOWN as soon as a ping is later than the grace", async () => {
    const { house, ping, view } = bench();
    await ping("/backup?interval=24h&grace=1h");
    house.clock.advance(25 * HOUR_MS - 1_000);
    expect(view("backup")?.state).toBe("alive");
    house.clock.advance(2_000);
    expect(view("backup")?.state).toBe("down");
    await ping("/backup");
    expect(view("backup")).toMatchObject({ state: "alive", policy: { intervalMs: 24 * HOUR_MS } });
  });

  it("waits for a grace that is much longer than the interval", async () => {
    const { house, ping, view } = bench();
    await ping("/poll?interval=1m&grace=10m");
    house.clock.advance(11 * MINUTE_MS - 1_000);
    expect(view("poll")?.state).toBe("alive");
    house.clock.advance(2_000);
    expect(view("poll")?.state).toBe("down");
  });

  it("keeps what was declared before, in whatever organization", async () => {
    const { house, ping, view } = bench();
    await ping("/backup?organization=acme&interval=1h");
    await ping("/backup?organization=acme");
    expect(view("backup", "acme")?.policy.intervalMs).toBe(HOUR_MS);
    expect(view("backup")).toBeUndefined();
    house.stream().say({
      agentId: "typed",
      registration: { organizationId: "acme", agentType: "cron", labels: { a: "b" } },
    });
    await ping("/typed?organization=acme&interval=1h");
    expect(view("typed", "acme")).toMatchObject({ agentType: "cron", labels: { a: "b" } });
  });
});

describe("a run of a job", () => {
  it("is a task from its start to the ping that ends it well", async () => {
    const { house, ping, view } = bench();
    await ping("/backup/start");
    expect(view("backup")?.tasks).toMatchObject([{ taskId: "backup", state: "running" }]);
    house.clock.advance(10_000);
    await ping("/backup", "42 files");
    expect(view("backup")?.tasks).toEqual([]);
    const [{ task }] = house.events("task_finished");
    expect(task).toMatchObject({ state: "succeeded", runningForMs: 10_000 });
    expect(Buffer.from(task.detail).toString()).toBe("42 files");
  });

  it("ends well with the exit code 0, and badly with any other", async () => {
    const { house, ping, view } = bench();
    await ping("/backup/start");
    await ping("/backup/0");
    await ping("/backup/start");
    await ping("/backup/3", "disk full");
    const [well, badly] = house.events("task_finished");
    expect(well.task).toMatchObject({ state: "succeeded" });
    expect(badly.task).toMatchObject({ state: "failed", error: "exit code 3" });
    expect(Buffer.from(badly.task.detail).toString()).toBe("disk full");
    expect(view("backup")).toMatchObject({ state: "down" });
    expect(view("backup")?.stateReason).toContain("exit code 3");
  });

  it("that failed is told at once, and told once until it is well again", async () => {
    const { house, ping, view } = bench();
    await ping("/backup");
    await ping("/backup/fail");
    await ping("/backup/fail");
    await ping("/backup/fail");
    expect(house.events("down")).toHaveLength(1);
    await ping("/backup");
    expect(view("backup")?.state).toBe("alive");
    expect(house.told("backup").slice(-2)).toEqual(["down", "recovered"]);
  });

  it("that fails with its very first ping is DOWN all the same", async () => {
    const { house, ping, view } = bench();
    await ping("/fresh/fail?organization=acme&interval=1h", "no such host");
    expect(view("fresh", "acme")).toMatchObject({ state: "down", policy: { maxMissedBeats: 1 } });
    expect(house.events("task_finished")).toMatchObject([{ task: { state: "failed" } }]);
  });

  it("is timed out when it takes too long, and never stale before", async () => {
    const { house, ping } = bench();
    await ping("/backup/start?interval=24h&timeout=2h");
    house.clock.advance(2 * HOUR_MS - 1_000);
    expect(house.told("backup")).not.toContain("task_stale");
    expect(house.told("backup")).not.toContain("task_timed_out");
    house.clock.advance(2_000);
    expect(house.told("backup").at(-1)).toBe("task_timed_out");
  });
});

describe("a ping that cannot be understood", () => {
  it.each([
    ["/backup/stop", /signal "stop" is no signal \(limit: start, fail, or an exit code from 0/],
    ["/backup/256", /signal "256" is no signal/],
    ["/a%20b", /agent "a b" has a character that is not allowed \(limit: 1 to 128 bytes/],
    ["/backup?organization=a%2Fb", /organization "a\/b" has a character that is not allowed/],
    ["/backup?interval=1", /interval "1" has no unit \(limit: 100ms to 1d\); write 1s for seconds/],
    ["/backup?interval=2d", /interval "2d" is too long \(limit: 100ms to 1d\)/],
    ["/backup?grace=1h", /interval is empty, and grace is beyond an interval; say both/],
    ["/backup?interval=100ms&grace=1h", /grace 1 h is too long for an interval of 100 ms/],
    ["/backup?timeout=soon", /timeout "soon" is no duration \(limit: 100ms to 30d\)/],
  ])("%s is refused, and changes nothing", async (url, words) => {
    const { house, ping } = bench();
    await expect(ping(url)).rejects.toThrow(words);
    expect(house.told()).toEqual([]);
  });
});
