import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import {
  type AgentSchema,
  AgentState,
  TaskState,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { GetStatusResponseSchema } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { arrange, isTroubled } from "../../src/cli/top/arrange.ts";
import { columnNamed } from "../../src/cli/top/columns.ts";
import {
  applyAnswer,
  applyChange,
  beginSnapshot,
  emptyFleet,
  type Fleet,
  sighting,
} from "../../src/cli/top/fleet.ts";
import { frame, type Scene } from "../../src/cli/top/frame.ts";
import { keysOf } from "../../src/cli/top/keys.ts";
import { due, MOST_AT_ONCE } from "../../src/cli/top/refresh.ts";
import { nextOverview } from "../../src/cli/top/standing.ts";
import { cells, cut, flow, wrap } from "../../src/cli/top/text.ts";
import { newView, press, settled, type View } from "../../src/cli/top/view.ts";
import { anAgent } from "./support/fake-service.ts";

type AgentParts = MessageInitShape<typeof AgentSchema>;

const START = Date.UTC(2026, 0, 1);
const policy = { interval: durationFromMs(30_000), grace: durationFromMs(3_000) };
const seen = (parts: AgentParts = {}, seenAt = 0) => sighting(anAgent(parts), seenAt);
const at = (mono: number) => ({ mono, serverWall: START + mono });

function filled(fleet: Fleet, ...agents: AgentParts[]): Fleet {
  let after = fleet;
  for (const parts of agents) {
    after = applyChange(after, { case: "agent", value: anAgent(parts) }, "default", 0);
  }
  return applyChange(after, { case: "snapshotComplete", value: true }, "default", 0);
}

describe("the fleet", () => {
  const ids = ({ sightings }: Fleet) => [...sightings.values()].map(({ agent }) => agent.agentId);

  it("is shown once its snapshot is complete", () => {
    const begun = applyChange(emptyFleet(), { case: "agent", value: anAgent() }, "default", 0);
    expect(ids(begun)).toEqual([]);
    expect(ids(filled(begun))).toEqual(["web-1"]);
  });

  it("stays as it was until a new snapshot is complete, and forgets who is not in that", () => {
    const first = filled(emptyFleet(), { agentId: "old" }, { agentId: "both" });
    const second = beginSnapshot(first);
    expect(ids(second)).toEqual(["old", "both"]);
    expect(ids(filled(second, { agentId: "both" }, { agentId: "new" }))).toEqual(["both", "new"]);
  });

  it.each([
    ["default", "web-1"],
    ["*", "default/web-1"],
  ])("of organization %s lets go of %s", (organizationId, name) => {
    const fleet = filled(emptyFleet(), { agentId: "web-1" }, { agentId: "a/b" });
    expect(
      ids(applyChange(fleet, { case: "removedAgentId", value: name }, organizationId, 0)),
    ).toEqual(["a/b"]);
  });

  it("takes an answer, unless the watch has told more since it was asked for", () => {
    const fleet = filled(emptyFleet(), { agentId: "web-1", missedBeats: 1 });
    const asked = fleet.sightings.get("default/web-1")!;
    applyAnswer(fleet, anAgent({ missedBeats: 2 }), asked, 5);
    expect(fleet.sightings.get("default/web-1")).toMatchObject({
      seenAt: 5,
      agent: { missedBeats: 2 },
    });
    applyAnswer(fleet, anAgent({ missedBeats: 3 }), asked, 6);
    expect(fleet.sightings.get("default/web-1")?.agent.missedBeats).toBe(2);
    fleet.sightings.clear();
    applyAnswer(fleet, anAgent(), asked, 7);
    expect(ids(fleet)).toEqual([]);
  });
});

describe("a cell", () => {
  const { ALIVE, SUSPECT, DOWN, EXPECTED, LEFT } = AgentState;
  const since = { sinceLastBeat: durationFromMs(1_000), policy };
  const task = (state: TaskState, progress: number) => ({ state, progress });
  const running = TaskState.RUNNING;

  it.each<[string, AgentParts, number, string]>([
    ["silence", { ...since, state: SUSPECT }, 500_000, "8m 21s"],
    ["silence", { ...since, state: DOWN }, 500_000, "8m 21s"],
    ["silence", { ...since, state: LEFT }, 500_000, "8m 21s"],
    ["silence", { ...since, state: EXPECTED }, 500_000, "never"],
    ["silence", { ...since, state: ALIVE, connected: true }, 20_000, "21s"],
    ["silence", { ...since, state: ALIVE, connected: true }, 40_000, "<33s"],
    ["silence", { ...since, state: ALIVE, connected: true, paused: true }, 40_000, "?"],
    ["silence", { ...since, state: ALIVE, connected: false }, 9_000, "10s"],
    ["silence", { ...since, state: ALIVE, connected: false }, 40_000, "?"],
    [
      "silence",
      { ...since, state: ALIVE, sinceLastBeat: durationFromMs(50_000), connected: true },
      5_000,
      "55s",
    ],
    ["since", { stateSince: timestampFromMs(START) }, 90_000, "1m 30s"],
    ["since", { stateSince: timestampFromMs(START + 5_000) }, 0, "0ms"],
    ["state", { state: SUSPECT, held: true }, 0, "SUSPECT held"],
    ["state", { paused: true }, 0, "ALIVE paused"],
    ["interval", { policy }, 0, "30s"],
    ["interval", {}, 0, "-"],
    ["tasks", {}, 0, "-"],
    ["tasks", { tasks: [task(TaskState.ORPHANED, 0.5)] }, 0, "-"],
    ["tasks", { tasks: [task(running, 0.4)] }, 0, "1: 40%"],
    ["tasks", { tasks: [0.1, 0.2, 0.3].map((far) => task(running, far)) }, 0, "3: 10% 20% …"],
    ["cpu", {}, 0, "-"],
    ["cpu", { vitals: { cpu: 1.256 } }, 0, "1.26"],
    ["rss", { vitals: { rssBytes: 999n } }, 0, "999B"],
    ["rss", { vitals: { rssBytes: 1_500_000n } }, 0, "1.4M"],
    ["rss", { vitals: { rssBytes: 120_000_000n } }, 0, "114M"],
    ["rss", { vitals: { rssBytes: 2n ** 60n } }, 0, "1048576T"],
  ])("of %s, case %#", (name, parts, later, text) => {
    expect(columnNamed(name).text(seen(parts), at(later))).toBe(text);
  });
});

describe("the order", () => {
  const fleet = [
    seen({ agentId: "b", state: AgentState.ALIVE, beatsReceived: 5n, agentType: "web" }),
    seen({ agentId: "a", state: AgentState.ALIVE, beatsReceived: 70n }),
    seen({ agentId: "d", state: AgentState.DOWN, labels: { zone: "eu-1" } }),
    seen({ agentId: "s", state: AgentState.SUSPECT, missedBeats: 1 }),
    seen({ agentId: "x", state: AgentState.EXPECTED }),
    seen({ agentId: "l", state: AgentState.LEFT, labels: { zone: "us" } }),
  ];
  const wanted = (choice: Partial<View>) =>
    arrange(fleet, { ...newView("state"), ...choice }, at(0))
      .map(({ agent }) => agent.agentId)
      .join("");

  it.each<[Partial<View>, string]>([
    [{}, "dsxabl"],
    [{ reversed: true }, "labxsd"],
    [{ sort: "agent" }, "abdlsx"],
    [{ sort: "agent", reversed: true }, "xsldba"],
    [{ sort: "beats" }, "abdlsx"],
    [{ sort: "beats", reversed: true }, "dlsxba"],
    [{ filter: "zone=eu" }, "d"],
    [{ filter: "ZONE=" }, "dl"],
    [{ filter: "zone= left" }, "l"],
    [{ filter: "web" }, "b"],
    [{ filter: "  " }, "dsxabl"],
    [{ filter: "no such" }, ""],
    [{ troubledOnly: true }, "ds"],
  ])("with %j is %s", (choice, ids) => {
    expect(wanted(choice)).toBe(ids);
  });

  it.each([
    [TaskState.RUNNING, false],
    [TaskState.STALE, true],
    [TaskState.TIMED_OUT, true],
    [TaskState.ORPHANED, true],
    [TaskState.CANCELED, false],
  ])("takes an agent with a task in state %i for troubled: %s", (state, troubled) => {
    expect(isTroubled(seen({ tasks: [{ state }] }))).toBe(troubled);
  });
});

describe("text in cells", () => {
  it.each([
    ["plain", 5, "plain"],
    ["plain", 4, "pla…"],
    ["plain", 1, "…"],
    ["plain", 0, ""],
    ["日本語", 6, "日本語"],
    ["日本語", 5, "日本…"],
    ["日本語", 4, "日…"],
    ["e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"],
    ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
    ["👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3, "👩‍👩‍👧‍👦…"],
    ["\u001b[2J", 20, "\\u001b[2J"],
    ["a\nb\u202ec", 20, "a\\u000ab\\u202ec"],
  ])("%j in %i is %j", (text, width, shown) => {
    expect(cut(text, width)).toBe(shown);
    expect(cells(cut(text, width))).toBeLessThanOrEqual(width);
  });

  it("is wrapped between words, and within one that is too long", () => {
    expect(wrap("every 30s, grace 3s", 10)).toEqual(["every 30s,", "grace 3s"]);
    expect(wrap("a 日本語日本語 b", 5)).toEqual(["a", "日本", "語日", "本語", "b"]);
  });

  it("flows in pieces that stay together", () => {
    const pieces = ["12 agents", "9 ALIVE", "3 DOWN"].map((text) => ({
      text,
      painted: `*${text}`,
    }));
    expect(flow(pieces, 18)).toEqual(["*12 agents  *9 ALIVE", "*3 DOWN"]);
    expect(flow(pieces, 5)).toEqual(["12 a…", "9 AL…", "3 DO…"]);
  });
});

describe("a key", () => {
  it.each([
    ["\u001b[A", ["up"]],
    ["\u001bOB", ["down"]],
    ["\u001b[5~\u001b[6~", ["pageUp", "pageDown"]],
    ["\u001b[H\u001b[4~", ["home", "end"]],
    ["\u001b", ["escape"]],
    ["\r\u007f\u0003\u001a", ["enter", "backspace", "interrupt", "suspend"]],
    ["q日👍", ["q", "日", "👍"]],
    // Sequences and controls without a meaning here are no text.
    ["\u001b[1;5C\u001b[15~\t\u0001x", ["x"]],
  ])("sent as %j is %j", (text, names) => {
    expect(
      keysOf(text).map((key) => (key.kind === "character" ? key.character : key.kind)),
    ).toEqual(names);
  });
});

describe("the view", () => {
  const rows = Array.from({ length: 10 }, (_, index) => seen({ agentId: `a${index}` }));
  const page = { rows, height: 4 };
  const typedInto = (view: View, keys: string) =>
    keysOf(keys).reduce((now, key) => settled(press(now, key, page).view, page), view);
  const selected = (view: View) => view.selected?.replace("default/", "");
  const [down, up, pageDown, pageUp, end, home] = ["[B", "[A", "[6~", "[5~", "[F", "[H"].map(
    (code) => `\u001b${code}`,
  );

  it.each([
    [`${down}`, "a0", 0],
    [`${down}${down}`, "a1", 0],
    [`${down}${up}${up}`, "a0", 0],
    [`${down}${down}${down}${down}${down}`, "a4", 1],
    [`${pageDown}`, "a3", 0],
    [`${pageDown}${pageDown}`, "a6", 3],
    [`${end}`, "a9", 6],
    [`${end}${pageUp}`, "a6", 6],
    [`${end}${home}`, "a0", 0],
    [`${end}${down}`, "a9", 6],
    [`${down}\u001b`, undefined, 0],
  ])("after %j has selected %s and begins with row %i", (keys, agentId, top) => {
    const view = typedInto(newView("agent"), keys);
    expect([selected(view), view.top]).toEqual([agentId, top]);
  });

  it("keeps its agent selected where the order puts it, and takes the next one when it is gone", () => {
    const view = typedInto(newView("agent"), `${down}${down}${down}`);
    const turned = settled(view, { rows: rows.toReversed(), height: 4 });
    expect([selected(turned), turned.index, turned.top]).toEqual(["a2", 7, 4]);
    const gone = settled(view, {
      rows: rows.filter(({ agent }) => agent.agentId !== "a2"),
      height: 4,
    });
    expect(selected(gone)).toBe("a3");
    expect(settled(view, { rows: [], height: 4 })).toMatchObject({ index: 0, top: 0 });
  });

  it("takes a filter as it is typed; Escape brings the one before back", () => {
    expect(typedInto(newView("agent"), "/ab\u007fc\r")).toMatchObject({
      filter: "ac",
      mode: { kind: "table" },
    });
    expect(typedInto({ ...newView("agent"), filter: "old" }, "/x\u001b").filter).toBe("old");
    expect(typedInto(newView("agent"), "/q").mode.kind).toBe("filtering");
    expect(typedInto(newView("agent"), `/${"x".repeat(300)}`).filter).toHaveLength(200);
  });

  it("goes through the columns in both directions", () => {
    expect(typedInto(newView("state"), "s").sort).toBe("agent");
    expect(typedInto(newView("state"), ">><").sort).toBe("agent");
    expect(typedInto(newView("state"), "<").sort).toBe("reason");
    expect(typedInto(newView("reason"), ">").sort).toBe("state");
    expect(typedInto(newView("state"), "r").reversed).toBe(true);
  });

  const press1 = (view: View, key: string) => press(view, keysOf(key)[0]!, page);

  it("pauses nobody without a y, and nobody who is not selected", () => {
    const asked = typedInto(newView("agent"), `${down}p`);
    expect(asked.mode.kind).toBe("pausing");
    expect(press1(asked, "y").action).toMatchObject({ kind: "pause", seen: rows[0] });
    for (const key of ["n", "\r", "\u001b", "p"]) expect(press1(asked, key).action).toBeUndefined();
    expect(press1(newView("agent"), "p").view.message).toContain("no agent is selected");
    expect(press1(newView("agent"), "u").action).toBeUndefined();
  });

  it.each(["", "/", "?", `${down}p`, `${down}\r`])("quits on Ctrl-C, also after %j", (keys) => {
    expect(press1(typedInto(newView("agent"), keys), "\u0003").action).toEqual({ kind: "quit" });
  });
});

describe("whom to ask about next", () => {
  const many = (count: number, seenAt: number, prefix = "a") =>
    Array.from({ length: count }, (_, index) =>
      seen({ agentId: `${prefix}${index}` }, seenAt + index),
    );
  const names = (sightings: readonly { agent: { agentId: string } }[]) =>
    sightings.map(({ agent }) => agent.agentId);

  it("is who is on the screen and was not seen for 2 s, the oldest first, never more than the bound", () => {
    expect(due(many(5, 0), [], 1_999)).toEqual([]);
    expect(names(due(many(3, 0).reverse(), [], 2_001))).toEqual(["a0", "a1"]);
    expect(due(many(50, 0), many(50, 0, "b"), 60_000)).toHaveLength(MOST_AT_ONCE);
  });

  it("is then who is not on the screen, if the order needs it and it was not seen for 30 s", () => {
    const visible = many(2, 0);
    expect(names(due(visible, [...visible, ...many(2, 0, "b")], 30_000))).toEqual([
      "a0",
      "a1",
      "b0",
    ]);
    expect(due(visible, many(100, 0, "b"), 60_000)).toHaveLength(MOST_AT_ONCE);
  });
});

describe("a frame", () => {
  const status = create(GetStatusResponseSchema, {
    serverId: "box",
    version: "9",
    uptime: durationFromMs(200_000),
    agentsByState: { DOWN: 1n, ALIVE: 2n },
    tasksByState: { RUNNING: 3n },
    beatsPerSecond: 12.34,
    dropsTotal: 4n,
    journalHealthy: true,
  });
  const nasty = [
    { agentId: "日本語".repeat(9), stateReason: "理由".repeat(40), agentType: "\u001b[2J" },
    {
      agentId: "x".repeat(128),
      labels: { "\n": "\r" },
      state: AgentState.DOWN,
      stateReason: "a\nb",
    },
    {
      agentId: "held",
      organizationId: "other",
      held: true,
      paused: true,
      state: AgentState.SUSPECT,
    },
  ];
  function scene(parts: Partial<Scene> = {}, agents: AgentParts[] = nasty): Scene {
    return {
      overview: nextOverview(undefined, status, 0),
      link: { kind: "live", heardAt: 0, why: "" },
      now: 0,
      width: 100,
      height: 24,
      paint: (word) => word,
      view: newView("state"),
      sightings: new Map(agents.map((one) => [seen(one).key, seen(one)])),
      moment: at(0),
      details: undefined,
      emphasize: (line) => line,
      ...parts,
    };
  }
  const shown = (parts: Partial<Scene>, agents?: AgentParts[]) =>
    frame(scene(parts, agents)).lines.join("\n");

  it.each([40, 41, 50, 60, 80, 100, 133, 200, 400])(
    "%i cells wide has no line that is wider",
    (width) => {
      for (const kind of ["lost", "connecting", "live"] as const) {
        const link = { kind, heardAt: 0, why: "nothing listens there ".repeat(4) };
        for (const sort of ["state", "reason", "rss"]) {
          const { lines } = frame(scene({ width, link, view: newView(sort) }));
          for (const line of lines) expect(cells(line), line).toBeLessThanOrEqual(width);
          expect(lines).toHaveLength(24);
          for (const control of ["\n", "\r", "\u001b"])
            expect(lines.join("")).not.toContain(control);
          // Who and how is always there, and so is the column of the order where there is any room.
          expect(lines.join("\n")).toMatch(/ STATE.* AGENT/);
          if (width >= 60)
            expect(lines.join("\n")).toMatch(new RegExp(`${sort.toUpperCase()}[▲▼]`));
        }
      }
    },
  );

  it.each([1, 2, 3, 5, 8])("of %i lines is no longer than that", (height) => {
    expect(frame(scene({ height })).lines).toHaveLength(height);
    for (const kind of ["help", "table"] as const) {
      const view = { ...newView("state"), mode: { kind } };
      expect(frame(scene({ height, width: 40, view })).lines.length).toBeLessThanOrEqual(height);
    }
  });

  it("shows the organization when there are several", () => {
    expect(shown({ width: 200 })).toContain("ORGANIZATION");
    expect(shown({ width: 200 }, [{ agentId: "a" }, { agentId: "b" }])).not.toContain(
      "ORGANIZATION",
    );
  });

  it("shows what the server is and how its fleet is", () => {
    const text = shown({});
    expect(text).toMatch(
      /^heartbeat 9 {2}server box {2}up 3m 20s\n3 agents {2}2 ALIVE {2}1 DOWN\n/,
    );
    expect(text).toContain("12.3 beats/s  0 streams  4 drops  tasks: 3 RUNNING");
    expect(text).not.toMatch(/ERROR|WARNING/);
  });

  it("is never shown as live when the connection is lost", () => {
    const link = { kind: "lost", heardAt: 8_000, why: "nothing listens there" } as const;
    expect(shown({ link, now: 20_000 })).toContain(
      "ERROR connection lost, shown as of 12s ago (nothing listens there)",
    );
  });

  it.each([
    [{ draining: true }, "WARNING the server is about to stop"],
    [
      { journalHealthy: false, journalTrouble: "no space", journalBacklog: 7n },
      "ERROR journal in trouble: no space; 7 events not kept yet",
    ],
    [
      { protectionActive: true, heldCount: 12n },
      "ERROR protection: many fell silent at once, 12 agents held from DOWN",
    ],
    [{ heldCount: 1n }, "WARNING protection is over: 1 agent still held"],
  ])("tells what is wrong, case %#", (parts, banner) => {
    const overview = nextOverview(
      undefined,
      create(GetStatusResponseSchema, { ...status, ...parts }),
      0,
    );
    expect(shown({ overview })).toContain(banner);
  });

  it("tells a stall that happens while it looks, for a minute", () => {
    const before = nextOverview(
      undefined,
      create(GetStatusResponseSchema, { ...status, stallsTotal: 1n }),
      0,
    );
    expect(shown({ overview: before })).not.toContain("stood still");
    const stalled = { ...status, stallsTotal: 2n, heldBackTotal: durationFromMs(3_200) };
    const overview = nextOverview(before, create(GetStatusResponseSchema, stalled), 1_000);
    expect(shown({ overview, now: 5_000 })).toContain(
      "WARNING the monitor stood still 4s ago, deadlines moved by 3.2s",
    );
    const later = nextOverview(overview, create(GetStatusResponseSchema, stalled), 60_000);
    expect(shown({ overview: later, now: 61_001 })).not.toContain("stood still");
  });

  it("marks the selected agent, and says what a filter leaves", () => {
    const view = { ...newView("agent"), filter: "held", selected: "other/held" };
    const emphasize = (line: string) => `<${line}>`;
    expect(shown({ view, emphasize })).toContain("<> SUSPECT paused held");
    expect(shown({ view })).toMatch(/1 of 3, filter "held"; /);
  });

  it("paints the words of states and of banners, and nothing else", () => {
    const paint = (word: string) => `*${word}*`;
    const text = shown({ paint, link: { kind: "lost", heardAt: 0, why: "x" } });
    expect(text.match(/\*[^*]+\*/g)).toEqual([
      "*ERROR*",
      "*ALIVE*",
      "*DOWN*",
      "*DOWN*",
      "*SUSPECT*",
      "*ALIVE*",
    ]);
  });

  it("of 10,000 agents is drawn in a moment, and holds a screen full", () => {
    const agents = Array.from({ length: 10_000 }, (_, index) => ({
      agentId: `worker-${(index * 7_919) % 10_000}`,
      state: index % 100 === 0 ? AgentState.SUSPECT : AgentState.ALIVE,
      policy,
    }));
    const crowd = scene({ view: newView("silence") }, agents);
    const times = Array.from({ length: 15 }, () => {
      const begin = performance.now();
      expect(frame(crowd).lines).toHaveLength(24);
      return performance.now() - begin;
    });
    // The best of several: the rest tell how busy the machine is.
    expect(Math.min(...times)).toBeLessThan(20);
  });
});
