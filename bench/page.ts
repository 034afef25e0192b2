/**
 * The live page in a real Chromium: how long until it is painted and until all agents are on its wall, and
 * how many frames a second it draws while agents change.
 */
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import type { Bench } from "./effort.ts";
import { forkProgram, nextMessage, sleep, stop } from "./processes.ts";
import { bounded, type Finding, type Row, unmeasured } from "./report.ts";
import { type Server, startHeartbeat } from "./servers.ts";
import { median, percentile } from "./stats.ts";
import { exampleFleet, settle } from "./wall-fleet.ts";

const PAINT_BUDGET_MS = 1_000;
/** Of 60: a screen is never more exact. */
const FRAMES_BUDGET = 58;
const CHANGES_PER_SECOND = 1_000;
/** Of those; with fewer the frames say nothing. */
const CHANGES_BUDGET = 950;
/** What the changes need until they come evenly, and what was settled until it is at rest. */
const REST_MS = 2_000;
const ANSWER_TIMEOUT_MS = 10_000;
const LIVE_TIMEOUT_MS = 60_000;
const SCREEN = { width: 1_440, height: 900 };

/** Runs in the page, before it: marks the instant at which the page itself says that it is live. */
const MARK_LIVE = `
  new MutationObserver((_, seen) => {
    if (document.querySelector('[data-link="live"]') === null) return;
    performance.mark("live");
    seen.disconnect();
  }).observe(document, { subtree: true, childList: true, attributes: true });`;

/** Runs in the page: what lies between one frame and the next, in ms. */
const FRAME_GAPS = `(forMs) => new Promise((resolve) => {
  const gaps = [];
  let first, last;
  const onFrame = (now) => {
    if (first === undefined) first = now;
    else gaps.push(now - last);
    last = now;
    if (now - first < forMs) requestAnimationFrame(onFrame);
    else resolve(gaps);
  };
  requestAnimationFrame(onFrame);
})`;

export async function measurePage(bench: Bench): Promise<Finding> {
  const executablePath = findChromium();
  const skipped = (why: string) => ({
    rows: [unmeasured("the live page", "skipped", why)],
    figures: {},
  });
  if (executablePath === undefined) return skipped("chromium is not found");
  if (!existsSync(fileURLToPath(new URL("../dist/web/index.html", import.meta.url)))) {
    return skipped("the page is not built");
  }
  const server = await startHeartbeat({ entry: bench.entry });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const agents = bench.effort.pageAgents;
    await settle(server.address, exampleFleet(agents));
    await sleep(REST_MS);
    const loads = await measureLoads(bench, browser, server);
    const frames = await measureFrames(bench, browser, server);
    return { rows: rowsOf(agents, loads, frames), figures: { agents, loads, frames } };
  } finally {
    await browser.close();
    await server.stop();
  }
}

interface Load {
  readonly paintMs: number;
  /** All agents are told and drawn. */
  readonly wholeMs: number;
}

interface Frames {
  /** Of the seconds: the median. */
  readonly perSecond: number;
  readonly p95Ms: number;
  readonly slowestMs: number;
  /** That the server took, a second. */
  readonly changesPerSecond: number;
  /** Processor time of the page's own thread, a second: however busy the machine is with others. */
  readonly threadMs: number;
  /** Of it, what scripts, styles and layouts took. */
  readonly scriptMs: number;
  readonly layoutMs: number;
}

function rowsOf(agents: number, loads: readonly Load[], frames: Frames): Row[] {
  const count = agents.toLocaleString("en");
  const paint = median(loads.map(({ paintMs }) => paintMs));
  const whole = median(loads.map(({ wholeMs }) => wholeMs));
  const { perSecond, p95Ms, slowestMs, changesPerSecond, threadMs, scriptMs, layoutMs } = frames;
  return [
    bounded(
      `live page, ${count} agents: first paint`,
      `<= ${PAINT_BUDGET_MS} ms`,
      paint,
      PAINT_BUDGET_MS,
      `${paint.toFixed(0)} ms`,
      `nothing cached; all agents on the wall after ${whole.toFixed(0)} ms; medians of ${loads.length}`,
    ),
    {
      what: `live page, ${count} agents: frames while ${CHANGES_PER_SECOND.toLocaleString("en")} change a second`,
      budget: `>= ${FRAMES_BUDGET} a second`,
      measured: `${perSecond.toFixed(1)} a second`,
      verdict: perSecond >= FRAMES_BUDGET && changesPerSecond >= CHANGES_BUDGET ? "met" : "missed",
      note: `median of the seconds; p95 ${p95Ms.toFixed(1)} ms, slowest ${slowestMs.toFixed(0)} ms; ${changesPerSecond.toFixed(0)} changes a second; the page's thread ${threadMs.toFixed(0)} ms a second, of which scripts ${scriptMs.toFixed(0)} and layout ${layoutMs.toFixed(0)}`,
    },
  ];
}

/** A browser that has never been there, over and over. */
async function measureLoads(bench: Bench, browser: Browser, server: Server): Promise<Load[]> {
  const loads: Load[] = [];
  while (loads.length < bench.effort.pageLoads) {
    const page = await openPage(browser, server);
    const load = await page.evaluate(() => {
      const paint = performance.getEntriesByName("first-contentful-paint")[0];
      const whole = performance.getEntriesByName("live")[0];
      return { paintMs: paint?.startTime ?? NaN, wholeMs: whole?.startTime ?? NaN };
    });
    await page.context().close();
    bench.say(
      `page: painted after ${load.paintMs.toFixed(0)} ms, whole after ${load.wholeMs.toFixed(0)} ms`,
    );
    loads.push(load);
  }
  return loads;
}

async function openPage(browser: Browser, server: Server): Promise<Page> {
  const page = await browser.newPage({ viewport: SCREEN });
  await page.addInitScript(MARK_LIVE);
  await page.goto(`http://${server.httpAddress}/`);
  await page.waitForSelector('[data-link="live"]', { timeout: LIVE_TIMEOUT_MS });
  return page;
}

async function measureFrames(bench: Bench, browser: Browser, server: Server): Promise<Frames> {
  const page = await openPage(browser, server);
  const { pageAgents, pageMs } = bench.effort;
  const args = [server.address, String(pageAgents), String(CHANGES_PER_SECOND)];
  const unrest = forkProgram("unrest.ts", args);
  try {
    await sleep(REST_MS);
    const thread = await watchThread(page);
    const from = await changesOf(unrest);
    const before = await busyMs(thread);
    const gaps = await page.evaluate<number[]>(`(${FRAME_GAPS})(${pageMs})`);
    const after = await busyMs(thread);
    const changes = (await changesOf(unrest)) - from;
    const seconds = gaps.reduce((sum, gap) => sum + gap, 0) / 1_000;
    const frames = {
      perSecond: median(framesOfSeconds(gaps)),
      p95Ms: percentile(gaps, 0.95),
      slowestMs: Math.max(...gaps),
      changesPerSecond: changes / seconds,
      threadMs: (after.task - before.task) / seconds,
      scriptMs: (after.script - before.script) / seconds,
      layoutMs: (after.layout - before.layout) / seconds,
    };
    bench.say(
      `page: ${frames.perSecond} frames, ${frames.threadMs.toFixed(0)} ms of the thread, ${frames.changesPerSecond.toFixed(0)} changes a second`,
    );
    return frames;
  } finally {
    await stop(unrest);
  }
}

async function watchThread(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return session;
}

/** Processor time of the page's own thread since it is watched, in ms. */
async function busyMs(thread: CDPSession) {
  const { metrics } = await thread.send("Performance.getMetrics");
  const ofThese = (...names: string[]) =>
    metrics
      .filter(({ name }) => names.includes(name))
      .reduce((sum, { value }) => sum + value * 1_000, 0);
  return {
    task: ofThese("TaskDuration"),
    script: ofThese("ScriptDuration"),
    layout: ofThese("LayoutDuration", "RecalcStyleDuration"),
  };
}

/** How many frames each whole second had. */
function framesOfSeconds(gaps: readonly number[]): number[] {
  const counts: number[] = [];
  let at = 0;
  for (const gap of gaps) {
    at += gap;
    const second = Math.floor(at / 1_000);
    counts[second] = (counts[second] ?? 0) + 1;
  }
  // The last one was not over; a second without any frame had none.
  return Array.from(counts.slice(0, -1), (count = 0) => count);
}

function changesOf(unrest: ChildProcess): Promise<number> {
  const answer = nextMessage(
    unrest,
    (message) => (message as { changes: number }).changes,
    ANSWER_TIMEOUT_MS,
  );
  unrest.send("count");
  return answer;
}

function findChromium(): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((directory) => join(directory, "chromium"))
    .find((file) => existsSync(file));
}
