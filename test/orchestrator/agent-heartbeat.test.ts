import { expect, it } from "vitest";
import { AgentHeartbeat } from "../../src/orchestrator/agent-heartbeat.ts";
import type { RunEnd } from "../../src/orchestrator/run-end.ts";
import { FakeServer } from "../agent/support/fake-server.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { NotedLogger } from "./support/noted-logger.ts";

function lease() {
  const clock = new FakeClock();
  const server = new FakeServer();
  const logger = new NotedLogger();
  const told = { superseded: 0 };
  const heartbeat = new AgentHeartbeat(
    { agentId: "a", clock, random: () => 0 },
    logger,
    { onSuperseded: () => void told.superseded++ },
    server.open,
  );
  heartbeat.start();
  return { heartbeat, clock, server, logger, told };
}

it("counts beats, reconnects and lost leases over all streams", async () => {
  const { heartbeat, clock, server, logger } = lease();
  server.stream.welcome({}, { epoch: 4n });
  await clock.advanceAsync(1_500);
  server.stream.ack();
  expect(heartbeat.getStatus()).toMatchObject({
    agentId: "a",
    state: "live",
    epoch: 4n,
    healthy: true,
    beatsSent: 3,
    beatsAcked: 3,
    reconnects: 0,
    leaseLosses: 0,
  });
  server.stream.end();
  await clock.advanceAsync(0);
  server.stream.welcome({}, { epoch: 4n });
  await clock.advanceAsync(3_000);
  const { beatsSent, beatsAcked, ...status } = heartbeat.getStatus();
  expect(status).toMatchObject({ connected: false, reconnects: 1, leaseLosses: 1 });
  expect(beatsAcked).toBe(4);
  expect(beatsSent).toBeGreaterThan(5);
  expect(logger.lines).toContainEqual(
    expect.stringContaining("the server may call this agent DOWN"),
  );
});

it("tells when another process takes the name", () => {
  const { server, told } = lease();
  server.stream.welcome();
  server.stream.end({ by: "server", status: "ABORTED", message: "", code: "superseded" });
  expect(told.superseded).toBe(1);
});

it("logs that the server refuses the agent, which works on", () => {
  const { server, logger } = lease();
  const code = "not_permitted";
  server.stream.end({ by: "server", status: "PERMISSION_DENIED", code, message: "not yours" });
  expect(logger.lines).toEqual([
    "warn this agent was refused and has ended (PERMISSION_DENIED: not yours)",
    "error works on unwatched, the server refuses it: PERMISSION_DENIED: not yours",
  ]);
});

const ends: [RunEnd["kind"], object | undefined][] = [
  ["completed", { reason: "why", failed: false }],
  ["stopped", { reason: "why", failed: false }],
  ["orphaned", { reason: "why", failed: true }],
  ["crashed", undefined],
  ["superseded", undefined],
];

it.each(ends)("says of an agent that %s: %o", async (kind, goodbye) => {
  const { heartbeat, server, clock } = lease();
  server.stream.welcome();
  const done = heartbeat.tell({ kind, reason: "why" });
  await clock.advanceAsync(2_000);
  await done;
  const said = server.stream.last.goodbye;
  if (goodbye === undefined) expect(said).toBeUndefined();
  else expect(said).toMatchObject(goodbye);
});
