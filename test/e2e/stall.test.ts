import { describe, expect, it } from "vitest";
import { AgentState } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { eventually } from "../support/eventually.ts";
import { patientAgent, serve } from "../support/process.ts";
import { typeOf, View } from "./support/view.ts";

describe("a server that is stopped for longer than its agents' timeout", () => {
  it("tells its own stall, blames nobody who lives, and finds who died meanwhile", async () => {
    await using server = await serve(["--restart-grace", "8s"]);
    using view = new View(server);
    await using steady = patientAgent(server.grpcAddress, "steady");
    await using dying = patientAgent(server.grpcAddress, "dying");
    await view.beatsOn("steady");
    await view.beatsOn("dying");
    const before = await view.lastSequence();

    server.program.child.kill("SIGSTOP");
    // No ack for three intervals: were the server's time not held back, the agent would be DOWN now.
    await eventually("the agent has lost its lease", () => steady.stdout.includes("lease lost"));
    await dying[Symbol.asyncDispose]();
    server.program.child.kill("SIGCONT");

    const stalls = async () =>
      (await view.events("", before)).filter((event) => typeOf(event) === "MONITOR_STALLED");
    await eventually("the stall is told", async () => (await stalls()).length > 0);
    expect((await stalls())[0]?.reason).toMatch(/^the monitor stood still for \d/);
    await view.beatsOn("steady", 20_000);
    const down = async () => (await view.agent("dying")).state === AgentState.DOWN;
    await eventually("who died meanwhile is DOWN", down, 30_000);

    expect((await view.agent("steady")).state).toBe(AgentState.ALIVE);
    const types = await view.types("steady", before);
    expect(types.filter((type) => type !== "CONNECTED")).toEqual([]);
  }, 90_000);
});
