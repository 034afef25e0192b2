/**
 * `npm run screenshots`: the pictures of the page in docs/images, of a real server and an example fleet.
 *
 * Takes the built page; what follows `--` names some of them: npm run screenshots -- fleet-10
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { exampleFleet, settle } from "../../bench/wall-fleet.ts";
import { root, temporaryFolder } from "../project/support.ts";
import { type ServerProcess, serve } from "../support/process.ts";
import { find } from "../support/programs.ts";
import { launch, live } from "./support/browser.ts";
import { channels, incidents, killed, working } from "./support/scenes.ts";

interface Shot {
  readonly name: string;
  /** Agents of the example fleet. */
  readonly count: number;
  /** Where in the page. */
  readonly path?: string;
  readonly options?: BrowserContextOptions;
  /** What the server tells, and the flags for it; a file that they name is in this folder. */
  surroundings?(folder: string): Promise<AsyncDisposable & { readonly flags: readonly string[] }>;
  /** What is done before the picture is taken. */
  prepare?(page: Page, server: ServerProcess): Promise<void>;
}

const desk = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
const tall = { viewport: { width: 1280, height: 1_080 } };
const dark = { colorScheme: "dark" } as const;

const shots: readonly Shot[] = [
  { name: "fleet-10", count: 10 },
  { name: "fleet-10-dark", count: 10, options: dark },
  { name: "fleet-1000", count: 1_000, prepare: (page) => pointAtFirst(page) },
  { name: "fleet-1000-dark", count: 1_000, options: dark },
  { name: "list-1000", count: 1_000, path: "#/?form=list" },
  { name: "phone-1000", count: 1_000, options: phone },
  { name: "fleet-10000", count: 10_000 },
  { name: "fleet-10000-dark", count: 10_000, options: dark },
  {
    name: "not-live",
    count: 10,
    async prepare(page, server) {
      server.program.child.kill("SIGSTOP");
      await page.waitForSelector('[data-link="lost"]');
    },
  },
  { name: "agent", count: 10, options: tall, prepare: working },
  { name: "agent-dark", count: 10, options: { ...tall, ...dark }, prepare: killed },
  { name: "agent-phone", count: 10, options: phone, prepare: killed },
  { name: "incidents", count: 60, options: tall, surroundings: channels, prepare: incidents },
];

/** On a busy machine the monitor stands still while a fleet settles, and banner, alert and event tell of it. */
const STALL = /stood still/;
const ATTEMPTS = 5;
const folder = join(root, "docs/images");

async function main(names: readonly string[]): Promise<void> {
  const stranger = names.find((name) => !shots.some((shot) => shot.name === name));
  if (stranger !== undefined) {
    throw new Error(
      `there is no picture "${stranger}": ${shots.map(({ name }) => name).join(", ")}`,
    );
  }
  const executablePath = find("chromium");
  if (executablePath === undefined) throw new Error("chromium is not found");
  mkdirSync(folder, { recursive: true });
  const browser = await launch(executablePath);
  try {
    for (const shot of shots) {
      if (names.length > 0 && !names.includes(shot.name)) continue;
      for (let attempt = 1; await take(browser, shot, attempt < ATTEMPTS); attempt++);
    }
  } finally {
    await browser.close();
  }
}

/** Whether it is to be taken again: a busy machine had the monitor stand still, and the page says so. */
async function take(
  browser: Browser,
  { name, count, path = "", options, ...shot }: Shot,
  mayRepeat: boolean,
): Promise<boolean> {
  using files = temporaryFolder();
  await using surroundings = await shot.surroundings?.(files.path);
  await using server = await serve([
    ...(surroundings?.flags ?? []),
    ...["--server-id", "watch-1", "--admission-rate", "1000000", "--protection", "false"],
  ]);
  await settle(server.grpcAddress, exampleFleet(count));
  const page = await browser.newPage({ ...desk, ...options });
  await page.goto(`http://${server.httpAddress}/${path}`);
  await live(page);
  await page.waitForFunction((all) => {
    return document.querySelector(".chips-all")?.textContent?.startsWith(all);
  }, count.toLocaleString("en-US"));
  await shot.prepare?.(page, server);
  const picture = await page.screenshot({ scale: "css" });
  const isDisturbed = (await page.getByText(STALL).count()) > 0;
  await page.context().close();
  if (isDisturbed && mayRepeat) return true;
  if (isDisturbed)
    process.stderr.write(`${name} tells of a stall: take it when nothing else runs\n`);
  const file = join(folder, `${name}.png`);
  writeFileSync(file, picture);
  process.stdout.write(`${file}\n`);
  return false;
}

/** As a pointer does that rests on an agent. */
async function pointAtFirst(page: Page): Promise<void> {
  await page.hover(".wall", { position: { x: 60, y: 40 } });
  await page.waitForSelector(".wall-tip");
}

await main(process.argv.slice(2));
