import type { MessageInitShape } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import type { Page, Request } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  type BeatRequestSchema,
  HeartbeatService,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { eventually } from "../support/eventually.ts";
import { agentProcess, serve } from "../support/process.ts";
import { testServer } from "../support/server.ts";
import { describeInBrowser, live, look } from "./support/browser.ts";
import { dark, phone, seriousViolations, widest } from "./support/everybody.ts";
import { painted } from "./support/strip.ts";

/** For who waits until an agent is given up, on a busy machine. */
const PATIENT_MS = 60_000;

const pathOf = (agentId: string) => `#/agents/default/${encodeURIComponent(agentId)}`;
const pulse = (page: Page) => page.locator("#pulse");
const head = (page: Page) => page.locator(".agent-head");

/** The page of the agent is up, and hears its beats. */
async function hearing(page: Page): Promise<void> {
  await live(page);
  await page.locator('#pulse[data-listening="listening"]').waitFor();
}

/** Whoever is looked at before it is known is a refusal in the browser's log. */
async function known(httpAddress: string, agentId: string): Promise<void> {
  await eventually("the agent is known", async () => {
    const answer = await fetch(`http://${httpAddress}/heartbeat.v1.StatusService/GetAgent`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ agentId }),
    });
    return answer.ok;
  });
}

/** A canvas is made to be looked at. */
const reading = { forgive: /willReadFrequently/ };

async function beat(
  httpAddress: string,
  beat: MessageInitShape<typeof BeatRequestSchema>,
): Promise<void> {
  const transport = createConnectTransport({
    baseUrl: `http://${httpAddress}`,
    httpVersion: "1.1",
  });
  await createClient(HeartbeatService, transport).sendBeat({ beat });
}

/** Runs in the page: how long an action waited until the browser had a connection for it, in ms. */
function waitedForConnection(): number {
  const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  const action = entries.find(({ name }) => name.endsWith("/PauseAgent"));
  return action === undefined ? Number.NaN : action.requestStart - action.startTime;
}

describeInBrowser("the page of an agent", (open) => {
  it(
    "draws its beats, and shows the drop and the end of one that is killed",
    async () => {
      await using server = await serve();
      await using agent = agentProcess(server.grpcAddress, "worker-1", 1_000, 1_500);
      await known(server.httpAddress, "worker-1");
      await using tab = await open(server.httpAddress, pathOf("worker-1"), reading);
      const { page } = tab;
      await hearing(page);
      await expect.poll(() => page.title()).toBe("worker-1 · Heartbeat");
      await page.locator(".agent-head.is-alive").waitFor();
      await expect.poll(() => pulse(page).innerText()).toMatch(/^last beat .* ago; mean gap /);
      await expect.poll(() => painted(page, "--alive")).toBeGreaterThan(200);
      expect(await painted(page, "--down")).toBe(0);

      agent.child.kill("SIGKILL");
      await page.locator(".agent-head.is-suspect").waitFor({ timeout: 5_000 });
      await expect.poll(() => painted(page, "--suspect")).toBeGreaterThan(50);
      await page.locator(".agent-head.is-down").waitFor();
      expect(await head(page).innerText()).toMatch(
        /silent for 3(\.\d)? s; a beat is due every 1 s/,
      );
      await expect.poll(() => pulse(page).innerText()).toMatch(/[23] beats missed$/);
      await expect.poll(() => painted(page, "--down")).toBeGreaterThan(50);
      const history = page.getByRole("region", { name: "History" });
      for (const type of ["DROPPED", "SUSPECTED", "DOWN"]) {
        await history.locator(".event-type", { hasText: type }).first().waitFor();
      }
    },
    PATIENT_MS,
  );

  it(
    "shows how the silence of one that hangs grows, and its way back",
    async () => {
      await using server = await serve();
      await using agent = agentProcess(server.grpcAddress, "worker-1", 500, 500);
      await known(server.httpAddress, "worker-1");
      await using tab = await open(server.httpAddress, pathOf("worker-1"), reading);
      const { page } = tab;
      await hearing(page);
      agent.child.kill("SIGSTOP");
      await page.locator(".agent-head.is-suspect").waitFor();
      await page.locator(".agent-head.is-down").waitFor();
      expect(await page.locator(".facts").innerText()).toMatch(/stream\s+open/);
      agent.child.kill("SIGCONT");
      await page.locator(".agent-head.is-alive").waitFor();
      await expect.poll(() => pulse(page).innerText()).toMatch(/none missed$/);
    },
    PATIENT_MS,
  );

  it(
    "never draws our own silence as the agent's",
    async () => {
      await using server = await serve();
      await using agent = agentProcess(server.grpcAddress, "worker-1", 500, 500);
      await known(server.httpAddress, "worker-1");
      await using tab = await open(server.httpAddress, pathOf("worker-1"), reading);
      const { page } = tab;
      await hearing(page);
      await expect.poll(() => painted(page, "--alive")).toBeGreaterThan(200);
      server.program.child.kill("SIGSTOP");
      await page.locator('[data-link="lost"]').waitFor();
      await page.locator('#pulse[data-listening="lost"]').waitFor();
      expect(await pulse(page).innerText()).toMatch(/^no connection: nothing is known now/);
      // Longer than what makes an agent DOWN: of that nothing may be seen.
      const drawn = await painted(page, "--alive");
      await expect
        .poll(() => painted(page, "--alive"), { timeout: 10_000 })
        .toBeLessThan(drawn * 0.8);
      expect(await painted(page, "--suspect")).toBe(0);
      expect(await painted(page, "--down")).toBe(0);
      for (const name of ["Pause", "Silence", "Unregister"]) {
        expect(await page.getByRole("button", { name }).isDisabled()).toBe(true);
      }
      await page.keyboard.press("p");
      expect(await page.getByRole("dialog").count()).toBe(0);
      server.program.child.kill("SIGCONT");
      await hearing(page);
      await expect.poll(() => pulse(page).innerText()).toMatch(/^last beat/);
      expect(agent.child.exitCode).toBeNull();
    },
    PATIENT_MS,
  );

  it("shows everything that an agent says of itself as text", async () => {
    await using server = await testServer();
    const evil = `<img src=x onerror="document.title='pwned'">`;
    await beat(server.httpAddress, {
      agentId: "innocent",
      registration: {
        agentType: evil,
        labels: { label: evil },
        instanceId: evil,
        client: { language: evil, libraryVersion: "1", host: evil, pid: 7 },
        policy: { interval: { seconds: 3_600n } },
      },
      vitals: { cpu: 0.5, rssBytes: 2n ** 20n, custom: { [evil]: 1234.5 } },
      tasks: [{ taskId: "task-1", progress: 0.4, detail: new TextEncoder().encode(evil) }],
    });
    await beat(server.httpAddress, {
      agentId: "innocent",
      registration: { instanceId: evil },
      goodbye: { reason: evil, failed: true },
    });
    await using tab = await open(server.httpAddress, pathOf("innocent"));
    const { page } = tab;
    await live(page);
    for (const place of [".agent-why", ".facts", ".vitals", ".task pre", ".history"]) {
      await page.locator(place, { hasText: "onerror" }).first().waitFor({ state: "attached" });
    }
    expect(await page.locator(".vitals").innerText()).toMatch(/1,234\.5/);
    expect(await page.locator("main img").count()).toBe(0);
    expect(await page.title()).toBe("1 DOWN · innocent · Heartbeat");
  });

  it("says that nobody is known by that name, until somebody is", async () => {
    await using server = await testServer();
    await using tab = await open(server.httpAddress, pathOf("nobody"), {
      forgive: /Failed to load resource/,
    });
    const { page } = tab;
    await live(page);
    await page.getByText('agent_id "nobody" is not known').waitFor();
    await fetch(`http://${server.httpAddress}/ping/nobody?interval=1h`);
    await page.locator(".agent-head.is-alive").waitFor();
    await page.locator('#pulse[data-listening="listening"]').waitFor();
  });

  it("goes back in the history as one scrolls", async () => {
    await using server = await testServer();
    for (let run = 0; run < 80; run++) {
      await fetch(`http://${server.httpAddress}/ping/job/fail`);
      await fetch(`http://${server.httpAddress}/ping/job?interval=1h`);
    }
    await using tab = await open(server.httpAddress, pathOf("job"));
    const { page } = tab;
    await live(page);
    const rows = page.locator(".history .event");
    await rows.first().waitFor();
    const newest = Number(await rows.first().getAttribute("data-sequence"));
    await expect
      .poll(async () => {
        await page.locator("main").evaluate((main) => main.scrollTo(0, main.scrollHeight));
        return rows.last().innerText();
      })
      .toContain("REGISTERED");
    await fetch(`http://${server.httpAddress}/ping/job/fail`);
    await expect
      .poll(async () => Number(await rows.first().getAttribute("data-sequence")))
      .toBeGreaterThan(newest);
    const sequences = await rows.evaluateAll((all) =>
      all.map((row) => Number(row.getAttribute("data-sequence"))),
    );
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => b - a));
  });

  it("is another page for another agent, and holds no stream but that of its beats", async () => {
    await using server = await testServer();
    for (const id of ["one", "two"]) {
      await fetch(`http://${server.httpAddress}/ping/${id}?interval=1h`);
    }
    await using tab = await open(server.httpAddress);
    const { page } = tab;
    const streams = new Set<Request>();
    page.on("request", (request) => {
      if (request.url().includes("/Watch")) streams.add(request);
    });
    page.on("requestfailed", (request) => streams.delete(request));
    const holds = (...names: string[]) =>
      eventually(`it holds ${names}`, () => {
        const held = [...streams].map((request) => request.url().split("/").at(-1));
        return held.sort().join() === names.join();
      });
    await page.reload();
    await live(page);
    await holds("WatchAgents", "WatchEvents");
    await page.locator("a.card", { hasText: "one" }).click();
    await hearing(page);
    await holds("WatchBeats");
    await page.locator(".events a", { hasText: "two" }).first().click();
    await page.getByRole("heading", { name: "two" }).waitFor();
    await hearing(page);
    await holds("WatchBeats");
    expect(await page.locator(".history .event").count()).toBe(2);
    await look(page, "hidden");
    await holds();
    await look(page, "visible");
    await hearing(page);
    await fetch(`http://${server.httpAddress}/ping/three?interval=1h`);
    await page.getByRole("link", { name: "Agents" }).first().click();
    await page.locator("a.card", { hasText: "three" }).waitFor();
    await live(page);
    await holds("WatchAgents", "WatchEvents");
  });

  it("leaves a browser room for what is done, however many windows show agents", async () => {
    await using server = await testServer();
    const ids = ["one", "two", "three"];
    for (const id of ids) await fetch(`http://${server.httpAddress}/ping/${id}?interval=1h`);
    await using tab = await open(server.httpAddress, pathOf("one"));
    const windows = [
      tab.page,
      await tab.page.context().newPage(),
      await tab.page.context().newPage(),
    ];
    for (const [index, page] of windows.entries()) {
      await page.goto(`http://${server.httpAddress}/${pathOf(ids[index] ?? "")}`);
      await hearing(page);
    }
    for (const [index, page] of windows.entries()) {
      await page.getByRole("button", { name: "Pause" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
      await expect
        .poll(() => page.locator(".done").innerText())
        .toContain(`${ids[index]} is paused`);
      expect(await page.evaluate(waitedForConnection)).toBeLessThan(1_000);
    }
    for (const page of windows) await hearing(page);
  });

  describe.each([
    ["light", {}],
    ["dark", dark],
    ["on a phone", phone],
  ])("%s", (_name, options) => {
    it("is open to everybody", async () => {
      await using server = await testServer();
      const agentId = `a/very/long/${"name-".repeat(20)}`.slice(0, 128);
      const long = "word".repeat(60);
      await beat(server.httpAddress, {
        agentId,
        registration: {
          agentType: long.slice(0, 128),
          labels: { [long.slice(0, 63)]: long },
          policy: { interval: { seconds: 3_600n } },
        },
        vitals: { custom: { [long.slice(0, 64)]: 1e300 } },
        tasks: [
          { taskId: long.slice(0, 128), progress: 0.4, detail: new TextEncoder().encode(long) },
        ],
      });
      await using tab = await open(server.httpAddress, pathOf(agentId), options);
      const { page } = tab;
      await hearing(page);
      await page.locator(".task").waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      const { width } = page.viewportSize()!;
      expect(await widest(page)).toBeLessThanOrEqual(width);
      await page.getByRole("button", { name: "Pause" }).click();
      await page.getByRole("dialog").waitFor();
      expect(await seriousViolations(page, "dialog")).toEqual([]);
    });
  });

  it("moves on once a second for who wants no motion", async () => {
    await using server = await testServer();
    await fetch(`http://${server.httpAddress}/ping/job?interval=1s`);
    await using tab = await open(server.httpAddress, pathOf("job"), { reducedMotion: "reduce" });
    const { page } = tab;
    await hearing(page);
    const gaps = await page.evaluate(
      (draws) =>
        new Promise<number[]>((resolve) => {
          const drawnAt: number[] = [];
          const clear = CanvasRenderingContext2D.prototype.clearRect;
          CanvasRenderingContext2D.prototype.clearRect = function (...box) {
            if (this.canvas.matches(".strip")) drawnAt.push(performance.now());
            if (drawnAt.length > draws) {
              resolve(drawnAt.slice(1).map((at, index) => at - (drawnAt[index] as number)));
            }
            clear.apply(this, box);
          };
        }),
      3,
    );
    // A busy machine draws one late and the next in time; frames would be 17 ms apart.
    const [, median = 0] = gaps.sort((a, b) => a - b);
    expect(median).toBeGreaterThan(500);
  });
});
