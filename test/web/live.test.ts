import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import {
  AgentState,
  type Event,
  EventSchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import {
  GetStatusResponseSchema,
  StatusService,
  type WatchAgentsResponse,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { Api } from "../../web/src/data/client.ts";
import { EventLog } from "../../web/src/data/event-log.ts";
import { Fleet } from "../../web/src/data/fleet.ts";
import { Live } from "../../web/src/data/live.ts";
import { OVERDUE_MS } from "../../web/src/data/owed.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { agent } from "./support/agents.ts";
import { Feed } from "./support/feed.ts";

type Change = WatchAgentsResponse["change"];

/** A server of which a test says what it answers. */
class FakeServer {
  status: MessageInitShape<typeof GetStatusResponseSchema> = { journalId: "j" };
  /** Why it answers nothing; undefined while it does. */
  failure: ConnectError | undefined;
  isSilent = false;
  readonly agentWatches: Feed<Change>[] = [];
  readonly eventWatches: { readonly after: bigint | undefined; readonly feed: Feed<Event> }[] = [];
  /** What is in the history. */
  readonly kept: Event[] = [];
  /** Streams that are open now. */
  open = 0;

  api(): Api {
    const transport = createRouterTransport(({ service }) => {
      service(StatusService, {
        getStatus: async () => {
          if (this.isSilent) await new Promise(() => {});
          if (this.failure) throw this.failure;
          return create(GetStatusResponseSchema, { journalHealthy: true, ...this.status });
        },
        listEvents: ({ afterSequence }) => ({
          events: this.kept.filter(({ sequence }) => sequence > afterSequence),
        }),
        watchAgents: (_request, { signal }) => this.#watchAgents(signal),
        watchEvents: ({ afterSequence }, { signal }) => this.#watchEvents(afterSequence, signal),
      });
    });
    return { status: createClient(StatusService, transport) } as unknown as Api;
  }

  async *#watchAgents(signal: AbortSignal) {
    if (this.failure) throw this.failure;
    const feed = new Feed<Change>();
    this.agentWatches.push(feed);
    this.open++;
    try {
      for await (const change of feed.read(signal)) yield { change };
    } finally {
      this.open--;
    }
  }

  async *#watchEvents(after: bigint | undefined, signal: AbortSignal) {
    if (this.failure) throw this.failure;
    const feed = new Feed<Event>();
    this.eventWatches.push({ after, feed });
    this.open++;
    try {
      for await (const event of feed.read(signal)) yield { event };
    } finally {
      this.open--;
    }
  }
}

const told = (agentId: string, state = AgentState.ALIVE): Change => ({
  case: "agent",
  value: agent(agentId, { state }),
});
const complete: Change = { case: "snapshotComplete", value: true };
const event = (sequence: number, to = AgentState.UNSPECIFIED) =>
  create(EventSchema, { sequence: BigInt(sequence), to });

async function bench() {
  const clock = new FakeClock();
  const server = new FakeServer();
  const fleet = new Fleet(() => "*");
  const events = new EventLog();
  const live = new Live({ clock, api: server.api(), fleet, events, organizationId: () => "*" });
  live.start();
  await clock.advanceAsync(1);
  const ids = () => [...fleet.values()].map(({ agentId }) => agentId);
  /** The newest watch tells all that there is. */
  const tell = async (...changes: Change[]) => {
    server.agentWatches.at(-1)?.put(...changes);
    await clock.advanceAsync(1);
  };
  return { clock, server, fleet, events, live, ids, tell };
}

describe("keeping up with a server", () => {
  it("is live once all agents are told", async () => {
    const { live, ids, tell } = await bench();
    await tell(told("a"));
    expect([live.link.value.kind, ids()]).toEqual(["connecting", ["a"]]);
    await tell(complete);
    expect(live.link.value.kind).toBe("live");
    await tell(told("a", AgentState.DOWN));
    expect(live.link.value.kind).toBe("live");
  });

  it("is lost at once when a stream breaks, and live with the next snapshot, without who is gone", async () => {
    const { clock, server, live, ids, tell } = await bench();
    await tell(told("a"), told("gone"), complete);
    server.agentWatches[0]?.end(new ConnectError("broken", Code.Unavailable));
    await clock.advanceAsync(1);
    expect(live.link.value).toMatchObject({ kind: "lost", why: "broken" });
    expect(ids()).toEqual(["a", "gone"]);
    await clock.advanceAsync(5_000);
    expect(live.link.value.kind).toBe("lost");
    await tell(told("a"), complete);
    expect([live.link.value.kind, ids()]).toEqual(["live", ["a"]]);
  });

  it("is lost when the status is not answered for three seconds, whatever the streams do", async () => {
    const { clock, server, live, tell } = await bench();
    await tell(told("a"), complete);
    server.isSilent = true;
    await clock.advanceAsync(2_500);
    expect(live.link.value.kind).toBe("live");
    for (let second = 0; second < 6; second++) {
      await clock.advanceAsync(1_000);
      await tell(told("a", AgentState.DOWN));
    }
    expect(live.link.value).toMatchObject({ kind: "lost", why: "the server does not answer" });
    server.isSilent = false;
    await clock.advanceAsync(6_000);
    await tell(told("a"), complete);
    expect(live.link.value.kind).toBe("live");
  });

  it("is lost when events tell of changes that the agents' watch does not bring", async () => {
    const { clock, server, live, tell } = await bench();
    await tell(told("a"), complete);
    await clock.advanceAsync(OVERDUE_MS);
    server.eventWatches[0]?.feed.put(event(1, AgentState.DOWN));
    await clock.advanceAsync(OVERDUE_MS - 100);
    expect(live.link.value.kind).toBe("live");
    await clock.advanceAsync(200);
    expect(live.link.value).toMatchObject({
      kind: "lost",
      why: "news of the agents stopped coming",
    });
  });

  it("stays live when events alone break off, and says so of them until they come again", async () => {
    const { clock, server, live, tell } = await bench();
    await tell(told("a"), complete);
    server.eventWatches[0]?.feed.end(new ConnectError("cut", Code.Unavailable));
    await clock.advanceAsync(0);
    expect([live.link.value.kind, live.eventsTrouble.value]).toEqual(["live", "cut"]);
    server.status = { journalId: "j", lastSequence: 1n };
    await clock.advanceAsync(2_000);
    expect(live.eventsTrouble.value).toBe("cut");
    server.eventWatches.at(-1)?.feed.put(event(1));
    await clock.advanceAsync(1);
    expect([live.link.value.kind, live.eventsTrouble.value]).toEqual(["live", ""]);
    server.eventWatches.at(-1)?.feed.end(new ConnectError("cut", Code.Unavailable));
    await clock.advanceAsync(6_000);
    expect(live.eventsTrouble.value).toBe("");
  });

  it("gives a snapshot the time that it takes, whatever the events do meanwhile", async () => {
    const { clock, server, live, tell } = await bench();
    server.status = { journalId: "j", lastSequence: 9n };
    server.eventWatches[0]?.feed.put(event(1, AgentState.DOWN));
    await clock.advanceAsync(4 * OVERDUE_MS);
    expect([live.link.value.kind, server.agentWatches.length]).toEqual(["connecting", 1]);
    await tell(told("a"), complete);
    expect(live.link.value.kind).toBe("live");
  });

  it("takes up events after the last that it knows, and begins anew with another journal", async () => {
    const { clock, server, events } = await bench();
    server.eventWatches[0]?.feed.put(event(1), event(2));
    await clock.advanceAsync(1);
    server.status = { journalId: "j", lastSequence: 2n };
    server.eventWatches[0]?.feed.end(new ConnectError("gone", Code.Unavailable));
    await clock.advanceAsync(6_000);
    expect(server.eventWatches.at(-1)?.after).toBe(2n);
    server.status = { journalId: "other", lastSequence: 1_000n, firstSequence: 900n };
    server.eventWatches.at(-1)?.feed.end(new ConnectError("gone", Code.Unavailable));
    await clock.advanceAsync(12_000);
    expect(server.eventWatches.at(-1)?.after).toBe(899n);
    expect(events.events).toEqual([]);
  });

  it("goes on where a reader that was too slow is told to", async () => {
    const { clock, server } = await bench();
    server.status = { journalId: "j", lastSequence: 60n };
    const slow = new ConnectError("too slow", Code.ResourceExhausted, {
      "heartbeat-resume-after": "50",
    });
    server.eventWatches[0]?.feed.end(slow);
    await clock.advanceAsync(6_000);
    expect(server.eventWatches.at(-1)?.after).toBe(50n);
  });

  it("asks no more when it is refused, until there is another token", async () => {
    const { clock, server, live, tell } = await bench();
    await tell(told("a"), complete);
    server.failure = new ConnectError("the token has expired", Code.Unauthenticated);
    await clock.advanceAsync(1_100);
    expect(live.link.value).toMatchObject({ kind: "refused", why: "the token has expired" });
    server.failure = undefined;
    live.restart();
    await clock.advanceAsync(1);
    expect(live.link.value.kind).toBe("connecting");
    await tell(told("b"), complete);
    expect(live.link.value.kind).toBe("live");
  });

  it("watches no agents while none are shown, and is not live with them before all are told again", async () => {
    const { clock, server, live, ids, tell } = await bench();
    await tell(told("a"), complete);
    const { link } = live;
    const heardAt = link.value.kind === "live" ? link.value.heardAt : undefined;
    live.showAgents(false);
    await clock.advanceAsync(1);
    expect(server.open).toBe(0);
    await clock.advanceAsync(2 * OVERDUE_MS);
    expect(live.link.value.kind).toBe("live");
    expect([server.agentWatches.length, server.eventWatches.length]).toEqual([1, 1]);
    live.showAgents(true);
    await clock.advanceAsync(2_000);
    expect(live.link.value).toMatchObject({ kind: "lost", heardAt });
    expect(ids()).toEqual(["a"]);
    await tell(told("b"), complete);
    expect([live.link.value.kind, ids()]).toEqual(["live", ["b"]]);
  });

  it("asks for events where no agents are shown, and watches on after them", async () => {
    const { clock, server, live, events } = await bench();
    live.showAgents(false);
    server.kept.push(event(1), event(2));
    server.status = { journalId: "j", lastSequence: 4n };
    await clock.advanceAsync(1_000);
    expect(events.events.map(({ sequence }) => sequence)).toEqual([1n, 2n]);
    server.status = { journalId: "j", firstSequence: 9n, lastSequence: 9n };
    server.kept.push(event(9));
    await clock.advanceAsync(1_000);
    expect(events.events.map(({ sequence }) => sequence)).toEqual([9n]);
    live.showAgents(true);
    await clock.advanceAsync(1);
    expect(server.eventWatches.at(-1)?.after).toBe(9n);
  });

  it("is live with the first answer where no agents are shown, and again after it was lost", async () => {
    const { clock, server, live } = await bench();
    live.showAgents(false);
    await clock.advanceAsync(1_000);
    expect(live.link.value.kind).toBe("live");
    server.failure = new ConnectError("away", Code.Unavailable);
    await clock.advanceAsync(4_000);
    expect(live.link.value.kind).toBe("lost");
    server.failure = undefined;
    await clock.advanceAsync(4_000);
    expect(live.link.value.kind).toBe("live");
    live.showAgents(true);
    expect(live.link.value.kind).toBe("connecting");
  });

  it("holds no stream and no timer while nobody looks, and says that it is not live", async () => {
    const { clock, server, live, tell } = await bench();
    await tell(told("a"), complete);
    expect(server.open).toBe(2);
    live.stop();
    await clock.advanceAsync(1);
    expect(server.open).toBe(0);
    expect(clock.pendingTimers).toBe(0);
    expect(live.link.value).toMatchObject({ kind: "lost", why: "this was not looked at" });
    live.start();
    live.start();
    await clock.advanceAsync(1);
    expect(server.open).toBe(2);
    await tell(told("a"), complete);
    expect(live.link.value.kind).toBe("live");
  });
});
