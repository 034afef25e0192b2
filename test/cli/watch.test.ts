import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Event } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type {
  ListEventsRequest,
  WatchEventsRequest,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { STEADY_AFTER_MS } from "../../src/cli/follow.ts";
import { FakeWorld } from "./support/fake-context.ts";
import { anEvent, serverThat } from "./support/fake-service.ts";

/** What one connection brings: events, then an end. "open" stays open until the client leaves. */
type Script = readonly (Event | ConnectError | "open" | typeof restart | typeof newJournal)[];

/** One life of a server; a script may end one, and the next begins: with the same journal, or a new one. */
const lives = {
  first: { startedAt: timestampFromMs(0), journalId: "one" },
  restart: { startedAt: timestampFromMs(3_600_000), journalId: "one" },
  "new journal": { startedAt: timestampFromMs(3_600_000), journalId: "two" },
};
const restart = "restart";
const newJournal = "new journal";

/** A server whose watches follow one script after another, and that remembers what was asked. */
function scripted(lastSequence: bigint, ...scripts: Script[]) {
  const asked: (bigint | undefined)[] = [];
  const listed: ListEventsRequest[] = [];
  let life: keyof typeof lives = "first";
  const idle = Promise.withResolvers<void>();
  const transport = serverThat({
    status: {
      getStatus: () => ({ lastSequence, serverId: "box", ...lives[life] }),
      listEvents(request: ListEventsRequest) {
        listed.push(request);
        const events = request.newestFirst
          ? [anEvent(12), anEvent(11)]
          : [anEvent(11), anEvent(12)];
        return { events: events.slice(0, request.pageSize) };
      },
      async *watchEvents({ afterSequence }: WatchEventsRequest, { signal }) {
        asked.push(afterSequence);
        for (const step of scripts[asked.length - 1] ?? ["open"]) {
          if (step instanceof ConnectError) throw step;
          if (step === restart || step === newJournal) {
            life = step;
            throw canceled;
          }
          if (step !== "open") yield { event: step };
          else {
            idle.resolve();
            await new Promise((resolve) => signal.addEventListener("abort", resolve));
          }
        }
      },
    },
  });
  return { asked, listed, transport, idle: idle.promise };
}

/** What a client sees of a server that was killed. */
const canceled = new ConnectError("http/2 stream closed with error code CANCEL", Code.Canceled);
const unavailable = new ConnectError("draining", Code.Unavailable);

/** Runs a command until the server has nothing more to say, then interrupts it. */
async function watched(server: ReturnType<typeof scripted>, ...argv: string[]) {
  const world = new FakeWorld({ transport: server.transport });
  const exit = world.run(...argv);
  const quiet = server.idle.then(() => "quiet");
  // Time passes only here: every wait before a reconnect is over at once.
  while ((await Promise.race([quiet, exit, tick(world)])) === "tick");
  world.signal("SIGINT");
  return { world, code: await exit };
}

const tick = (world: FakeWorld) => world.clock.advanceAsync(1_000).then(() => "tick");
const sequences = (out: string) =>
  out
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line).sequence);

afterEach(() => vi.restoreAllMocks());

describe("watch", () => {
  it("prints one JSON object a line, and ends cleanly when interrupted", async () => {
    const server = scripted(10n, [anEvent(11), anEvent(12), "open"]);
    const { world, code } = await watched(server, "watch", "--json");
    expect(code).toBe(0);
    expect(sequences(world.out)).toEqual(["11", "12"]);
    expect(world.err).toBe("");
  });

  it("begins with now, which it knows as a sequence", async () => {
    const server = scripted(10n, ["open"]);
    await watched(server, "watch");
    expect(server.asked).toEqual([10n]);
  });

  it("begins after the sequence that it is told, also after 0", async () => {
    const server = scripted(10n, ["open"]);
    await watched(server, "watch", "--after", "0");
    expect(server.asked).toEqual([0n]);
  });

  it("resumes after the last event when the connection breaks, and says so", async () => {
    const server = scripted(10n, [anEvent(11), unavailable], [unavailable], [anEvent(12), "open"]);
    const { world, code } = await watched(server, "watch", "--json");
    expect(code).toBe(0);
    expect(server.asked).toEqual([10n, 11n, 11n]);
    expect(sequences(world.out)).toEqual(["11", "12"]);
    expect(world.err).toMatch(/the watch ended; resuming after event 11\n.*connected again\n/);
  });

  it("resumes when the server was killed", async () => {
    const server = scripted(10n, [anEvent(11), canceled], [anEvent(12), "open"]);
    const { world, code } = await watched(server, "watch", "--json");
    expect(code, world.err).toBe(0);
    expect(server.asked).toEqual([10n, 11n]);
  });

  it("resumes after the same event, without a word, when the server was started again", async () => {
    const server = scripted(2n, [anEvent(3), restart], [anEvent(4), "open"]);
    const { world } = await watched(server, "watch", "--json");
    expect(server.asked).toEqual([2n, 3n]);
    expect(sequences(world.out)).toEqual(["3", "4"]);
    expect(world.err).toMatch(/^.*resuming after event 3\n.*connected again\n$/);
  });

  it("prints all that a server with a new journal has told, and says so once", async () => {
    const again = [anEvent(1), anEvent(2), anEvent(3)];
    const server = scripted(2n, [newJournal], [...again, unavailable], ["open"]);
    const { world } = await watched(server, "watch", "--json");
    expect(server.asked).toEqual([2n, 0n, 3n]);
    expect(sequences(world.out)).toEqual(["1", "2", "3"]);
    const said = /the server was started at 1970-01-01T01:00:00.000Z with a new journal/g;
    expect(world.err.match(said)).toHaveLength(1);
    expect(world.err).toContain("events in between may be missing");
  });

  it("loses nothing when the connection breaks before the first event", async () => {
    const server = scripted(10n, [unavailable], [anEvent(11), "open"]);
    await watched(server, "watch");
    expect(server.asked).toEqual([10n, 10n]);
  });

  it("resumes when the server ends the stream without an error", async () => {
    const server = scripted(10n, [anEvent(11)], ["open"]);
    await watched(server, "watch");
    expect(server.asked).toEqual([10n, 11n]);
  });

  it("that was too slow resumes where the server says", async () => {
    const slow = new ConnectError("too slow", Code.ResourceExhausted, {
      "heartbeat-resume-after": "40",
    });
    const server = scripted(10n, [anEvent(11), slow], ["open"]);
    await watched(server, "watch");
    expect(server.asked).toEqual([10n, 40n]);
  });

  it("goes on with what is kept when the server has lost the history, and says so", async () => {
    const lost = new ConnectError("after_sequence 11 is not in the history", Code.OutOfRange);
    const server = scripted(10n, [anEvent(11), unavailable], [lost], [anEvent(1), "open"]);
    const { world } = await watched(server, "watch", "--json");
    expect(server.asked).toEqual([10n, 11n, 0n]);
    expect(world.err).toContain("events may be missing");
  });

  it("ends with an error that will not pass", async () => {
    const denied = new ConnectError("not yours", Code.PermissionDenied);
    const { world, code } = await watched(scripted(10n, [denied]), "watch");
    expect(code).toBe(1);
    expect(world.err).toBe("heartbeat: not yours\n");
  });

  it("with --no-reconnect ends with the connection", async () => {
    const server = scripted(10n, [anEvent(11), unavailable]);
    const { code } = await watched(server, "watch", "--no-reconnect");
    expect(code).toBe(4);
    expect(server.asked).toEqual([10n]);
  });

  it("waits longer after each failure, at most 10 s", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const server = scripted(10n, ...Array.from({ length: 9 }, () => [unavailable]), ["open"]);
    const world = new FakeWorld({ transport: server.transport });
    const waits: number[] = [];
    const after = world.clock.after.bind(world.clock);
    vi.spyOn(world.clock, "after").mockImplementation((delayMs, callback) => {
      if (delayMs !== STEADY_AFTER_MS) waits.push(delayMs);
      return after(delayMs, callback);
    });
    const exit = world.run("watch");
    const quiet = server.idle.then(() => "quiet");
    while ((await Promise.race([quiet, tick(world)])) === "tick");
    world.signal("SIGTERM");
    expect(await exit).toBe(0);
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
  });
});

describe("events --follow", () => {
  it("shows the newest of the history in order, then goes on after it", async () => {
    const server = scripted(11n, [anEvent(13), "open"]);
    const { world, code } = await watched(server, "events", "--follow", "--json");
    expect(code).toBe(0);
    expect(sequences(world.out)).toEqual(["11", "12", "13"]);
    expect(server.asked).toEqual([12n]);
  });

  it("begins again with a server that has a new journal", async () => {
    const server = scripted(11n, [newJournal], [anEvent(1), "open"]);
    const { world } = await watched(server, "events", "--follow", "--json");
    expect(sequences(world.out)).toEqual(["11", "12", "1"]);
    expect(server.asked).toEqual([12n, 0n]);
  });

  it("goes on after all that had happened when the filter matches nothing recent", async () => {
    const server = scripted(90n, ["open"]);
    await watched(server, "events", "--follow");
    expect(server.asked).toEqual([90n]);
  });

  it("with --since watches from the first event since then, however many there are", async () => {
    const server = scripted(12n, [anEvent(11), anEvent(12), anEvent(13), "open"]);
    const { world } = await watched(server, "events", "--since", "1h", "--follow", "--json");
    expect(server.listed).toMatchObject([{ newestFirst: false, pageSize: 1 }]);
    expect(server.asked).toEqual([10n]);
    expect(sequences(world.out)).toEqual(["11", "12", "13"]);
  });

  it("that breaks in the middle of the history goes on there", async () => {
    const server = scripted(12n, [anEvent(11), restart], [anEvent(12), "open"]);
    const { world } = await watched(server, "events", "--since", "1h", "--follow", "--json");
    expect(server.asked).toEqual([10n, 11n]);
    expect(sequences(world.out)).toEqual(["11", "12"]);
  });

  it("with --since and --limit shows no more of the history than that", async () => {
    const server = scripted(12n, ["open"]);
    const flags = ["--since", "1h", "--limit", "1", "--json"];
    const { world } = await watched(server, "events", "--follow", ...flags);
    expect(sequences(world.out)).toEqual(["12"]);
    expect(server.asked).toEqual([12n]);
  });

  it("with --after or --all watches from there", async () => {
    for (const [flags, after] of [
      [["--after", "7"], 7n],
      [["--all"], 0n],
    ] as const) {
      const server = scripted(12n, ["open"]);
      await watched(server, "events", "--follow", ...flags);
      expect(server.asked).toEqual([after]);
      expect(server.listed).toEqual([]);
    }
  });
});
