import { describe, expect, it } from "vitest";
import { AlertService } from "../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { AgentState } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { type Behaviour, Receiver } from "../alerts/support/receiver.ts";
import { temporaryFolder } from "../project/support.ts";
import { eventually } from "../support/eventually.ts";
import { heartbeat, serve } from "../support/process.ts";
import {
  alertsFile,
  channelsOf,
  type HookEvent,
  manyAgents,
  secretFile,
  told,
} from "./support/alerting.ts";
import { View } from "./support/view.ts";

// A busy machine stalls the server, which is an alert too.
const match = { kinds: ["agent_down", "mass_failure"] };
const toOne = { policy: { delay: "0s" }, routes: [{ match, channels: ["hook"] }] };
const failed = { goodbye: { failed: true, reason: "it broke" } };
const ids = (receiver: Receiver) => receiver.json<HookEvent>().map(({ id }) => id);

describe("a server that is killed between an event and its delivery", () => {
  it.each<[string, Behaviour]>([
    ["never answers", "hangs"],
    ["cannot be reached", "closes"],
  ])(
    "delivers after its restart what the receiver, who %s, has not taken, once for its id",
    async (_, behaviour) => {
      using folder = temporaryFolder();
      await using receiver = await Receiver.listen();
      receiver.behaviour = behaviour;
      const hook = { kind: "webhook", url: receiver.url };
      const alerts = alertsFile(folder.path, { channels: { hook }, ...toOne });
      const flags = [...alerts, "--data-dir", `${folder.path}/data`];
      await using first = await serve(flags);
      using before = new View(first);
      await before.beat("worker-7");
      await before.beat("worker-7", failed);
      const lost = await told(receiver, "firing");
      expect(lost.data.alert).toMatchObject({ kind: "agent_down", memberCount: 1 });
      first.program.child.kill("SIGKILL");
      await first.program.exited;

      receiver.behaviour = { status: 200 };
      const already = receiver.received.length;
      await using second = await serve([...flags, "--grpc-address", first.grpcAddress]);
      using after = new View(second);
      await eventually("it is delivered", () => receiver.received.length > already);
      expect(ids(receiver).slice(already)).toEqual([lost.id]);
      const { headers } = receiver.received.at(-1) ?? {};
      expect(headers?.["webhook-id"]).toBe(lost.id);
      await after.beat("worker-7");
      const resolved = await told(receiver, "resolved");
      expect(resolved.data.alert?.id).toBe(lost.data.alert?.id);
      await eventually("both count as delivered", async () => {
        const { hook: channel } = await channelsOf(after);
        return channel?.deliveredTotal === 2n;
      });
      // What an operator is told is kept, and with it what was before.
      await after.pause("worker-7");

      // What was delivered is not sent again, also after another end of that kind.
      second.program.child.kill("SIGKILL");
      await second.program.exited;
      await using third = await serve([...flags, "--grpc-address", first.grpcAddress]);
      using last = new View(third);
      await last.beat("other");
      await last.beat("other", failed);
      await eventually("the next alert is told", () => receiver.received.length >= already + 3);
      const taken = ids(receiver).slice(already);
      expect(new Set(taken).size).toBe(taken.length);
    },
    60_000,
  );
});

describe("channels that do what they should not", () => {
  it("harm no other, and say nothing secret", async () => {
    using folder = temporaryFolder();
    const manners: Record<string, Behaviour> = {
      hangs: "hangs",
      fails: { status: 500, body: "broken" },
      busy: { status: 429, headers: { "retry-after": "2" } },
      moved: { status: 302, headers: { location: "http://127.0.0.1:1/" } },
      closes: "closes",
      good: { status: 200 },
    };
    await using receivers = new AsyncDisposableStack();
    const listening: Record<string, Receiver> = {};
    const channels: Record<string, object> = {};
    for (const [name, behaviour] of Object.entries(manners)) {
      const receiver = receivers.use(await Receiver.listen());
      receiver.behaviour = behaviour;
      listening[name] = receiver;
      const address = `${receiver.url}/hook/s3cr3t-${name}`;
      const file = secretFile(folder.path, `${name}.url`, address);
      channels[name] = { kind: "webhook", "url-file": file };
    }
    const routes = [{ match, channels: Object.keys(channels) }];
    const policy = { delay: "0s", "group-window": "0s" };
    const alerts = alertsFile(folder.path, { channels, policy, routes });
    await using server = await serve([...alerts, "--log-level", "debug"]);
    using view = new View(server);
    const good = listening.good as Receiver;
    for (let count = 1; count <= 10; count++) {
      await view.beat(`worker-${count}`);
      await view.beat(`worker-${count}`, failed);
      await eventually("the good one is told", () => good.received.length === count);
    }
    const busy = listening.busy as Receiver;
    busy.behaviour = { status: 200 };
    await eventually("the busy one has all of it", () => new Set(ids(busy)).size === 10, 20_000);
    const channel = await eventually(
      "all have failed",
      async () => {
        const all = await channelsOf(view);
        const failing = ["hangs", "fails", "moved", "closes"];
        return failing.every((name) => (all[name]?.failuresTotal ?? 0n) > 0n) && all;
      },
      20_000,
    );
    expect(channel).toMatchObject({
      good: { deliveredTotal: 10n, failuresTotal: 0n, waiting: 0n, dead: 0n },
      hangs: { deliveredTotal: 0n, lastError: "no answer within 10 s" },
      fails: { lastError: 'answered 500: "broken"' },
      moved: { lastError: expect.stringContaining("leads elsewhere"), dead: 10n, waiting: 0n },
      closes: { lastError: expect.stringContaining("cannot be reached") },
      busy: { deliveredTotal: 10n },
    });
    const metrics = await (await fetch(`http://${server.httpAddress}/metrics`)).text();
    expect(metrics).toContain('heartbeat_alert_deliveries_total{channel="good"} 10');
    expect(metrics).toContain('heartbeat_alert_deliveries_dead{channel="moved"} 10');
    const deliveries = await view.client.call(AlertService.method.listDeliveries, {
      pageSize: 1_000,
    });
    const tests = [];
    for (const name of ["good", "moved", "closes"]) {
      tests.push(await view.client.call(AlertService.method.testChannel, { channel: name }));
    }
    expect(tests.map(({ delivered }) => delivered)).toEqual([true, false, false]);
    const everything = [
      server.program.stdout,
      server.program.stderr,
      metrics,
      ...[channel, deliveries, tests].map((value) =>
        JSON.stringify(value, (_, one) => (typeof one === "bigint" ? String(one) : one)),
      ),
    ];
    for (const text of everything) expect(text).not.toContain("s3cr3t");
    expect(deliveries.deliveries.length).toBe(60);
  }, 90_000);
});

describe("500 agents that are killed together", () => {
  it.each([
    ["without protection", ["--protection", "false"], "agent_down"],
    ["with it", ["--protection-hold", "1s", "--protection-release", "1000"], "mass_failure"],
  ])(
    "are one message, %s",
    async (_, flags, kind) => {
      using folder = temporaryFolder();
      await using receiver = await Receiver.listen();
      const hook = { kind: "webhook", url: receiver.url };
      const policy = { delay: "2s" };
      const alerts = alertsFile(folder.path, { channels: { hook }, ...toOne, policy });
      await using server = await serve([...alerts, ...flags]);
      using view = new View(server);
      const agents = await manyAgents(server.grpcAddress, 500);
      await agents[Symbol.asyncDispose]();
      const message = await told(receiver, "firing", 30_000);
      expect(message.data.alert).toMatchObject({ kind });
      const down = async () => {
        const request = { states: [AgentState.DOWN], pageSize: 1 };
        const { totalSize } = await view.client.call(StatusService.method.listAgents, request);
        return totalSize === 500n;
      };
      await eventually("all are DOWN", down, 30_000);
      if (kind === "agent_down") {
        expect(message.data.alert?.memberCount).toBe(500);
        expect(message.data.alert?.members).toHaveLength(100);
        expect(message.data.summary).toMatch(/^500 agents of default are DOWN: /);
      }
      // All is well again, in one message; before it there was no other.
      await using _back = await manyAgents(server.grpcAddress, 500);
      await told(receiver, "resolved", 30_000);
      const notices = receiver.json<HookEvent>().map(({ data }) => data.notice);
      expect(notices).toEqual(["firing", "resolved"]);
    },
    90_000,
  );
});

describe("the outbound beat", () => {
  it("goes to the address in its file, and is in the metrics", async () => {
    using folder = temporaryFolder();
    await using receiver = await Receiver.listen();
    const file = secretFile(folder.path, "beat.url", `${receiver.url}/ping/s3cr3t-uuid\n`);
    await using server = await serve(["--self-beat-url-file", file, "--self-beat-interval", "1s"]);
    await eventually("three beats", () => receiver.received.length >= 3);
    expect(receiver.received[0]).toMatchObject({ method: "GET", path: "/ping/s3cr3t-uuid" });
    const metrics = await (await fetch(`http://${server.httpAddress}/metrics`)).text();
    expect(metrics).toMatch(/^heartbeat_self_beats_total [23]$/m);
    expect(server.program.stdout + metrics).not.toContain("s3cr3t");
  });
});

describe("an alerts file that cannot be used", () => {
  it("ends the start with a line for each fault, and nothing secret", async () => {
    using folder = temporaryFolder();
    const flags = alertsFile(folder.path, {
      channels: { bot: { kind: "telegram", chat: "1", token: "123:s3cr3t" } },
      routes: [{ channels: ["bt"] }],
    });
    await using program = heartbeat(["serve", "--ephemeral", ...flags]);
    const { code, stdout, stderr } = await program.done();
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/channels\.bot\.token \(file .*alerts\.yaml:5\) may be secret/);
    expect(stderr).toMatch(/routes\[0\]\.channels\[0\] "bt" .* write bot/);
    expect(stderr).not.toContain("s3cr3t");
  });
});
