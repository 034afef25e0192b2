import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { type Event, EventSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { AgentHistory, MOST_EVENTS } from "../../web/src/agent/history.ts";
import type { Api } from "../../web/src/data/client.ts";
import { EventLog } from "../../web/src/data/event-log.ts";

const about = { organizationId: "default", agentId: "a" };
const event = (sequence: number, agentId = "a") =>
  create(EventSchema, { ...about, agentId, sequence: BigInt(sequence) });

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A history of so many events, in pages; the token is the sequence to go on before. */
function kept(count: number, pageSize = 50) {
  const state = { failure: undefined as ConnectError | undefined, calls: 0 };
  const listEvents = async ({ pageToken }: { pageToken: string }) => {
    state.calls++;
    if (state.failure) throw state.failure;
    const before = pageToken === "" ? count + 1 : Number(pageToken);
    const events: Event[] = [];
    for (let at = before - 1; at > 0 && events.length < pageSize; at--) events.push(event(at));
    const last = Number(events.at(-1)?.sequence ?? 0);
    return { events, nextPageToken: last > 1 ? String(last) : "" };
  };
  return { state, api: { status: { listEvents } } as unknown as Api };
}

const sequences = (history: AgentHistory) =>
  history.history.value.events.map((each) => Number(each.sequence));

describe("the history of an agent", () => {
  it("comes in pages, the newest first, until there is no older one", async () => {
    const { api } = kept(120);
    const history = new AgentHistory({ api, events: new EventLog() }, about);
    await settled();
    expect(sequences(history)).toEqual(Array.from({ length: 50 }, (_, index) => 120 - index));
    history.older();
    await settled();
    history.older();
    await settled();
    expect(sequences(history)).toHaveLength(120);
    expect(history.history.value.olderToken).toBe("");
  });

  it("asks once for a page, however often it is wanted", async () => {
    const { api, state } = kept(120);
    const history = new AgentHistory({ api, events: new EventLog() }, about);
    await settled();
    history.older();
    history.older();
    await settled();
    expect(state.calls).toBe(2);
    expect(sequences(history)).toHaveLength(100);
  });

  it("has what happens now before it, and nothing of others", async () => {
    const { api } = kept(3);
    const events = new EventLog();
    events.beginJournal("j", 3n);
    const history = new AgentHistory({ api, events }, about);
    await settled();
    events.add(event(4));
    events.add(event(5, "b"));
    events.add(event(6));
    expect(sequences(history)).toEqual([6, 4, 3, 2, 1]);
    history.stop();
    events.add(event(7));
    expect(sequences(history)).toHaveLength(5);
  });

  it("has nothing twice that is told after its page was asked for", async () => {
    const { api } = kept(3);
    const events = new EventLog();
    events.beginJournal("j", 0n, 3n);
    const history = new AgentHistory({ api, events }, about);
    await settled();
    for (const sequence of [1, 2, 3, 4]) events.add(event(sequence));
    expect(sequences(history)).toEqual([4, 3, 2, 1]);
  });

  it("loses nothing that happens while its first page is under way, and has nothing twice", async () => {
    const { api } = kept(3);
    const events = new EventLog();
    events.beginJournal("j", 0n);
    const history = new AgentHistory({ api, events }, about);
    for (const sequence of [2, 3, 4]) events.add(event(sequence));
    await settled();
    expect(sequences(history)).toEqual([4, 3, 2, 1]);
  });

  it("begins anew with another journal", async () => {
    const { api, state } = kept(3);
    const events = new EventLog();
    const history = new AgentHistory({ api, events }, about);
    await settled();
    events.beginJournal("another", 0n);
    await settled();
    expect(state.calls).toBe(2);
    expect(sequences(history)).toEqual([3, 2, 1]);
  });

  it("says why it cannot be read, and can be asked again", async () => {
    const { api, state } = kept(3);
    state.failure = new ConnectError("the disk is slow", Code.Unavailable);
    const history = new AgentHistory({ api, events: new EventLog() }, about);
    await settled();
    expect(history.history.value).toMatchObject({ trouble: "the disk is slow", isAsking: false });
    state.failure = undefined;
    history.reload();
    await settled();
    expect(history.history.value.trouble).toBe("");
    expect(sequences(history)).toEqual([3, 2, 1]);
  });

  it("is bounded", async () => {
    const { api } = kept(3 * MOST_EVENTS, 500);
    const history = new AgentHistory({ api, events: new EventLog() }, about);
    await settled();
    for (let page = 0; page < 6; page++) {
      history.older();
      await settled();
    }
    expect(sequences(history)).toHaveLength(MOST_EVENTS);
    expect(history.history.value.olderToken).toBe("");
  });
});
