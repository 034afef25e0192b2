import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it, vi } from "vitest";
import type { HeartbeatAgentOptions } from "../../src/agent/options.ts";
import type { GrpcStatusName } from "../../src/errors.ts";
import { bench } from "./support/bench.ts";

async function live(options: Partial<HeartbeatAgentOptions> = {}) {
  const made = bench(options);
  made.agent.start();
  await made.settle();
  made.server.stream.welcome();
  return made;
}

const status = (name: GrpcStatusName) =>
  ({ by: "server", status: name, message: "why", code: "some_code" }) as const;

describe("a lost stream", () => {
  it("is opened again after half of the ceiling, for a random of one half", async () => {
    const { agent, clock, server, names, of } = await live();
    await clock.advanceAsync(1_000);
    server.stream.end();
    expect(agent.state).toBe("waiting");
    expect(agent.connectionHealth()).toMatchObject({ connected: false, healthy: false });
    await clock.advanceAsync(124);
    expect(server.streams).toHaveLength(1);
    await clock.advanceAsync(1);
    expect(agent.state).toBe("connecting");
    expect(agent.connectionHealth().reconnectAttempts).toBe(1);
    server.stream.welcome({}, { epoch: 1n, resumed: true });
    expect(of("reconnect")).toEqual([{ attempts: 1, resumed: true, epoch: 1n }]);
    expect(names()).toEqual(["welcome", "reconnect"]);
    expect(agent.connectionHealth()).toMatchObject({ healthy: true, reconnectAttempts: 0 });
  });

  it("is tried again with doubling waits up to the maximum", async () => {
    const { clock, server, agent } = bench({ backoff: { initialMs: 100, maxMs: 400 } });
    agent.start();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 5; attempt++) {
      server.stream.end({ by: "network", message: "connect ECONNREFUSED" });
      let waited = 0;
      while (server.streams.length === attempt) {
        await clock.advanceAsync(1);
        waited++;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([50, 100, 200, 200, 200]);
  });

  it.each<GrpcStatusName>([
    "OK",
    "UNAVAILABLE",
    "DEADLINE_EXCEEDED",
    "UNKNOWN",
    "INTERNAL",
    "RESOURCE_EXHAUSTED",
    "CANCELLED",
  ])("is opened again after %s", async (name) => {
    const { agent, server, names } = await live();
    server.stream.end(status(name));
    expect(agent.state).toBe("waiting");
    expect(names()).toEqual(["welcome"]);
  });

  it.each<GrpcStatusName>([
    "INVALID_ARGUMENT",
    "UNIMPLEMENTED",
    "PERMISSION_DENIED",
    "UNAUTHENTICATED",
    "NOT_FOUND",
    "ABORTED",
  ])("is not opened again after %s, which is told", async (name) => {
    const { agent, clock, server, of, process } = await live();
    server.stream.end(status(name));
    expect(agent.state).toBe("ended");
    expect(of("error")).toEqual([{ status: name, message: "why", code: "some_code" }]);
    await clock.advanceAsync(1e6);
    expect(server.streams).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
    expect(process.allListeners).toBe(0);
  });

  it("is given up after as many failures in a row as may be", async () => {
    const { agent, clock, server, of, nextStream } = bench({ maxReconnectAttempts: 3 });
    agent.start();
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(agent.state).toBe("connecting");
      server.stream.end({ by: "network", message: "connect ECONNREFUSED" });
      if (attempt < 3) await nextStream();
    }
    expect(agent.state).toBe("ended");
    expect(of("gave up")).toEqual([{ attempts: 3, reason: "connect ECONNREFUSED" }]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("forgives failures once a stream is up", async () => {
    const { agent, nextStream, server, of } = bench({ maxReconnectAttempts: 2 });
    agent.start();
    for (let i = 0; i < 5; i++) {
      server.stream.end();
      await nextStream();
      server.stream.welcome();
      server.stream.end();
      await nextStream();
    }
    expect(of("gave up")).toEqual([]);
    expect(agent.state).toBe("connecting");
  });

  it("is not waited for when it brings no Welcome in time", async () => {
    const { agent, clock, server } = bench({ connectTimeoutMs: 5_000 });
    agent.start();
    await clock.advanceAsync(4_999);
    expect(agent.state).toBe("connecting");
    await clock.advanceAsync(1);
    expect(server.streams[0]!.abandoned).toBe(true);
    expect(agent.state).toBe("waiting");
  });
});

describe("a stream that the server puts off", () => {
  const deferred = (pushbackMs: number) => ({ ...status("RESOURCE_EXHAUSTED"), pushbackMs });

  it("is opened again when the server says, and up to a tenth later", async () => {
    const { agent, clock, server, of } = bench();
    agent.start();
    await clock.advanceAsync(0);
    server.stream.end(deferred(2_000));
    expect(agent.state).toBe("waiting");
    await clock.advanceAsync(2_099);
    expect(server.streams).toHaveLength(1);
    await clock.advanceAsync(1);
    expect(server.streams).toHaveLength(2);
    expect(of("warn")).toEqual([
      "the server asks to come back in 2000 ms (RESOURCE_EXHAUSTED: why)",
    ]);
  });

  it("does not count as a failed attempt, nor makes later waits longer", async () => {
    const { agent, clock, server, of } = bench({ maxReconnectAttempts: 2 });
    agent.start();
    for (let i = 0; i < 10; i++) {
      server.stream.end(deferred(100));
      expect(agent.connectionHealth().reconnectAttempts).toBe(0);
      await clock.advanceAsync(105);
    }
    expect(server.streams).toHaveLength(11);
    server.stream.end();
    await clock.advanceAsync(125);
    expect(server.streams).toHaveLength(12);
    server.stream.welcome();
    expect(of("gave up")).toEqual([]);
    expect(agent.state).toBe("live");
  });

  it("carries all that there is to tell when it is opened again", async () => {
    const { agent, clock, server } = await live();
    const running = agent.task("running");
    agent.task("done").succeed();
    await clock.advanceAsync(0);
    server.stream.end();
    await clock.advanceAsync(125);
    server.stream.end(deferred(5_000));
    await clock.advanceAsync(5_500);
    expect(server.streams).toHaveLength(3);
    const told = server.stream.last.tasks.map(({ taskId }) => taskId);
    expect(told.sort()).toEqual(["done", "running"]);
    expect(running.signal.aborted).toBe(false);
  });

  it("is not waited for when the agent leaves", async () => {
    const { agent, clock, server } = bench();
    agent.start();
    server.stream.end(deferred(60_000));
    await agent.close();
    expect(agent.state).toBe("ended");
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("a takeover", () => {
  it("is told once, with who it was, stops all tasks and ends the agent", async () => {
    const { agent, clock, server, of, names } = await live();
    const task = agent.task("import-42");
    server.stream.direct({ case: "superseded", value: { epoch: 9n, instanceId: "twin" } });
    server.stream.end(status("ABORTED"));
    expect(of("superseded")).toEqual([{ epoch: 9n, instanceId: "twin" }]);
    expect(names()).toEqual(["welcome", "directive", "superseded"]);
    expect(agent.state).toBe("ended");
    expect(task.signal.aborted).toBe(true);
    await clock.advanceAsync(1e6);
    expect(server.streams).toHaveLength(1);
  });

  it("is known from an old epoch as well", async () => {
    const { agent, server, nextStream, of } = await live();
    server.stream.end();
    await nextStream();
    server.stream.end(status("FAILED_PRECONDITION"));
    expect(of("superseded")).toEqual([{ epoch: undefined, instanceId: undefined }]);
    expect(agent.state).toBe("ended");
  });

  it("is survived when the connection broke before the server's word", async () => {
    const { agent, server, nextStream, names } = await live();
    server.stream.direct({ case: "superseded", value: { epoch: 9n } });
    server.stream.end();
    expect(agent.state).toBe("waiting");
    await nextStream();
    server.stream.end(status("ABORTED"));
    expect(names()).toEqual(["welcome", "directive", "error"]);
  });
});

describe("a Reconnect directive", () => {
  const reconnect = { case: "reconnect", value: { within: durationFromMs(4_000) } } as const;

  it("ends the stream after a random part of its span, without a Goodbye, and comes back at once", async () => {
    const { agent, clock, server, of } = await live();
    await clock.advanceAsync(400);
    server.stream.ack();
    server.stream.direct(reconnect);
    await clock.advanceAsync(1_900);
    server.stream.ack();
    expect(server.stream.finished).toBe(false);
    await clock.advanceAsync(100);
    const [old] = server.streams;
    expect(old!.finished).toBe(true);
    expect(old!.beats.some(({ goodbye }) => goodbye)).toBe(false);
    old!.end(status("OK"));
    expect(server.streams).toHaveLength(2);
    expect(agent.state).toBe("connecting");
    server.stream.welcome({}, { resumed: true });
    expect(of("reconnect")).toEqual([{ attempts: 1, resumed: true, epoch: 1n }]);
  });

  it("does not wait for ever for the server's half", async () => {
    const { clock, server } = await live();
    server.stream.direct(reconnect);
    await clock.advanceAsync(2_000);
    await clock.advanceAsync(999);
    expect(server.streams).toHaveLength(1);
    await clock.advanceAsync(1);
    expect(server.streams).toHaveLength(2);
    expect(server.streams[0]!.abandoned).toBe(true);
  });

  it("keeps its spread when the server ends the stream first", async () => {
    const { clock, server, agent } = await live();
    server.stream.direct(reconnect);
    await clock.advanceAsync(500);
    server.stream.end(status("UNAVAILABLE"));
    expect(agent.state).toBe("waiting");
    await clock.advanceAsync(1_499);
    expect(server.streams).toHaveLength(1);
    await clock.advanceAsync(1);
    expect(server.streams).toHaveLength(2);
  });

  it("does not count as a failed attempt", async () => {
    const { clock, server, of } = await live({ maxReconnectAttempts: 1 });
    for (let i = 0; i < 3; i++) {
      server.stream.direct(reconnect);
      await clock.advanceAsync(2_000);
      server.stream.end(status("OK"));
      server.stream.welcome();
    }
    expect(of("gave up")).toEqual([]);
    expect(server.streams).toHaveLength(4);
  });
});

describe("the lease", () => {
  it("is lost after interval x multiplier without an ack, once; the half-open stream is given up", async () => {
    const { agent, clock, server, of } = await live();
    expect(agent.connectionHealth().healthy).toBe(true);
    await clock.advanceAsync(2_999);
    expect(of("lease lost")).toEqual([]);
    expect(server.stream.beats.length).toBeGreaterThan(2);
    await clock.advanceAsync(1);
    expect(of("lease lost")).toEqual([{ silentMs: 3_000, epoch: 1n }]);
    expect(agent.connectionHealth()).toMatchObject({ healthy: false, connected: false });
    expect(server.streams[0]!.abandoned).toBe(true);
    await clock.advanceAsync(9_000);
    expect(server.streams.length).toBeGreaterThan(1);
    expect(of("lease lost")).toHaveLength(1);
  });

  it("is back with the next ack, and can be lost again", async () => {
    const { agent, clock, server, of } = await live();
    await clock.advanceAsync(4_000);
    server.stream.welcome();
    expect(agent.connectionHealth().healthy).toBe(true);
    await clock.advanceAsync(4_000);
    expect(of("lease lost")).toHaveLength(2);
  });

  it("is not lost while acks come", async () => {
    const { clock, server, of } = await live();
    for (let i = 0; i < 100; i++) {
      await clock.advanceAsync(500);
      server.stream.ack();
    }
    expect(of("lease lost")).toEqual([]);
    expect(server.streams).toHaveLength(1);
  });

  it("is lost while the server is away, too", async () => {
    const { clock, server, of } = await live();
    server.stream.end();
    for (let i = 0; i < 30; i++) {
      await clock.advanceAsync(100);
      server.stream.end({ by: "network", message: "connect ECONNREFUSED" });
    }
    expect(of("lease lost")).toHaveLength(1);
  });

  it("shows in the health: when, how long ago, how quick", async () => {
    const { agent, clock, server } = bench();
    expect(agent.connectionHealth()).toEqual({
      healthy: false,
      connected: false,
      lastHeartbeatAck: undefined,
      secondsSinceAck: undefined,
      reconnectAttempts: 0,
      rttMs: undefined,
    });
    agent.start();
    await clock.advanceAsync(30);
    server.stream.welcome();
    await clock.advanceAsync(250);
    expect(agent.connectionHealth()).toEqual({
      healthy: true,
      connected: true,
      lastHeartbeatAck: new Date(Date.UTC(2026, 0, 1) + 30),
      secondsSinceAck: 0.25,
      reconnectAttempts: 0,
      rttMs: 30,
    });
  });
});

describe("callbacks", () => {
  it("that throw or reject are told to the log, and nothing else happens", async () => {
    const warn = vi.fn();
    const { agent, server, settle } = await live({
      onWelcome: () => {
        throw new Error("boom");
      },
      onDirective: async () => {
        throw new Error("late boom");
      },
      log: { warn },
    });
    server.stream.direct({ case: "resume", value: {} });
    await settle();
    expect(agent.state).toBe("live");
    expect(warn.mock.calls).toEqual([
      ["onWelcome threw: boom"],
      ["onDirective rejected: late boom"],
    ]);
  });

  it("may close the agent, whichever they are", async () => {
    for (const name of ["onWelcome", "onLeaseLost", "onDirective", "onReconnect"] as const) {
      const { agent, clock, server, settle } = bench({ [name]: () => agent.close() });
      agent.start();
      await settle();
      server.stream.welcome();
      server.stream.direct({ case: "resume", value: {} });
      await clock.advanceAsync(5_000);
      if (agent.state !== "ended") server.stream.welcome();
      await clock.advanceAsync(5_000);
      expect(agent.state, name).toBe("ended");
      expect(clock.pendingTimers, name).toBe(0);
    }
  });

  it("survive a log that throws", async () => {
    const { agent, server } = await live({
      log: {
        warn: () => {
          throw new Error("disk full");
        },
      },
    });
    server.stream.end();
    expect(agent.state).toBe("waiting");
  });

  it("hear of a directive's kind only when it is known", async () => {
    const { server, of, agent } = await live();
    server.stream.direct({ case: undefined });
    expect(of("directive")).toEqual([]);
    expect(agent.state).toBe("live");
  });
});
