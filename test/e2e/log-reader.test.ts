import { describe, expect, it } from "vitest";
import { HeartbeatService } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { serve } from "../support/process.ts";
import { RawClient } from "../support/raw-client.ts";

/** Each is two lines of the log: together far more than a pipe holds. */
const AGENTS = 3_000;

async function registerMany(address: string): Promise<void> {
  using client = new RawClient(address);
  for (let i = 0; i < AGENTS; i += 100) {
    const beats = Array.from({ length: 100 }, (_, at) => ({
      beat: { agentId: `agent-${i + at}` },
    }));
    await Promise.all(beats.map((beat) => client.call(HeartbeatService.method.sendBeat, beat)));
  }
}

describe("a log that nobody reads", () => {
  it("holds neither beats nor the end", async () => {
    await using server = await serve();
    server.program.child.stdout?.pause();
    await registerMany(server.grpcAddress);
    server.program.child.kill("SIGTERM");
    // Not "close": that waits for somebody to read the output.
    await new Promise((resolve) => server.program.child.once("exit", resolve));
  });

  it("is all there once somebody reads it", async () => {
    await using server = await serve();
    server.program.child.stdout?.pause();
    await registerMany(server.grpcAddress);
    server.program.child.stdout?.resume();
    server.program.child.kill("SIGTERM");
    await server.program.exited;
    const connected = server.program.stdout.match(/"event":"connected"/g);
    expect(connected).toHaveLength(AGENTS);
    expect(server.program.stdout).toContain('"msg":"drained"');
  });
});
