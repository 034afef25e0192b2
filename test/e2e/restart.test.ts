import { timestampMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import {
  type Agent,
  AgentState,
  type Event,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { temporaryFolder } from "../project/support.ts";
import { eventually } from "../support/eventually.ts";
import { patientAgent, serve } from "../support/process.ts";
import { typeOf, View } from "./support/view.ts";

const pauseEndsAt = ({ pausedUntil }: Agent) => Number(pausedUntil && timestampMs(pausedUntil));

describe("a server that is killed and started again", () => {
  it("blames nobody who lives, finds who died, and goes on where it was", async () => {
    using folder = temporaryFolder();
    const keeping = ["--data-dir", folder.path, "--restart-grace", "8s"];
    await using first = await serve(keeping);
    const address = first.grpcAddress;
    using before = new View(first);
    await using _survivor = patientAgent(address, "survivor");
    await using dying = patientAgent(address, "dying");
    await before.beatsOn("survivor");
    await before.beatsOn("dying");
    await before.beat("paused");
    await before.pause("paused");
    await before.beat("down");
    await before.beat("down", { goodbye: { failed: true, reason: "it broke" } });
    const known = await before.agent("survivor");
    const wasPaused = await before.agent("paused");
    const wasDown = await before.agent("down");
    expect(wasDown.state).toBe(AgentState.DOWN);
    const told = await before.events();

    first.program.child.kill("SIGKILL");
    await first.program.exited;
    await dying[Symbol.asyncDispose]();
    await using second = await serve([...keeping, "--grpc-address", address]);
    using after = new View(second);
    const end = told.at(-1)?.sequence ?? 0n;

    // What was told is there, and the sequences go on.
    const isStart = (event: Event) => typeOf(event) === "MONITOR_STARTED" && event.sequence > end;
    const history = await eventually("the start is told", async () => {
      const kept = await after.events();
      return kept.some(isStart) && kept;
    });
    expect(history.slice(0, told.length)).toEqual(told);
    expect(history.map(({ sequence }) => sequence)).toEqual(history.map((_, n) => BigInt(n + 1)));

    await after.beatsOn("survivor", 20_000);
    const down = async () => (await after.types("dying", end)).includes("DOWN");
    await eventually("who died meanwhile is DOWN", down, 30_000);
    const found = (await after.types("dying", end)).filter((type) => type !== "MISSED");
    expect(found).toEqual(["SUSPECTED", "DOWN"]);

    const survivor = await after.agent("survivor");
    expect(survivor).toMatchObject({ state: AgentState.ALIVE, epoch: known.epoch });
    expect(await after.types("survivor", end)).toEqual(["CONNECTED"]);
    const paused = await after.agent("paused");
    expect(paused).toMatchObject({ state: AgentState.ALIVE, paused: true });
    // A busy machine stalls the server, and a stall moves the end of a pause with everything else.
    expect(Math.abs(pauseEndsAt(paused) - pauseEndsAt(wasPaused))).toBeLessThan(10_000);
    expect(await after.types("paused", end)).toEqual([]);
    expect(await after.agent("down")).toMatchObject({
      state: AgentState.DOWN,
      stateReason: "it reported its own failure: it broke",
      stateSince: wasDown.stateSince,
    });
    expect(await after.types("down", end)).toEqual([]);
  }, 90_000);

  it("asks agents that go in good order to come back, and knows them then", async () => {
    using folder = temporaryFolder();
    await using first = await serve(["--data-dir", folder.path]);
    await using _agent = patientAgent(first.grpcAddress, "a");
    using before = new View(first);
    await before.beatsOn("a");
    const { epoch } = await before.agent("a");
    first.program.child.kill("SIGTERM");
    expect((await first.program.exited).code).toBe(0);
    await using second = await serve([
      ...["--data-dir", folder.path, "--grpc-address", first.grpcAddress],
    ]);
    using after = new View(second);
    await after.beatsOn("a", 20_000);
    expect(await after.agent("a")).toMatchObject({ state: AgentState.ALIVE, epoch });
    expect(await after.types("a")).toEqual(["REGISTERED", "CONNECTED", "CONNECTED"]);
  }, 60_000);
});
