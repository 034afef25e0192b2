import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { root } from "../../project/support.ts";
import { describeWith } from "../../support/programs.ts";

/** How long something may take to be on the screen; a busy machine needs a while. */
export const SOON_MS = 10_000;

/** A tab in a real browser, and what went wrong in it. */
export interface Tab extends AsyncDisposable {
  readonly page: Page;
  /** Errors of the page, refusals of its policy, and what it wrote to the console as such. */
  readonly faults: string[];
}

export interface TabOptions extends BrowserContextOptions {
  /** Errors that are part of the test, such as a server that is gone. */
  readonly forgive?: RegExp;
}

/** Opens the page of a server at a path, such as "#/?form=list". */
export type Open = (httpAddress: string, path?: string, options?: TabOptions) => Promise<Tab>;

/** Tests in a real Chromium. Each tab that is disposed of must have been without a fault. */
export function describeInBrowser(title: string, tests: (open: Open) => void): void {
  describeWith("chromium", title, (executablePath) => {
    let browser: Browser;
    beforeAll(async () => {
      if (!existsSync(join(root, "dist/web/index.html"))) {
        throw new Error("the page is not built; `npm run build` builds it");
      }
      browser = await launch(executablePath);
    });
    afterAll(() => browser.close());
    tests((httpAddress, path = "", options = {}) => openTab(browser, httpAddress, path, options));
  });
}

export function launch(executablePath: string): Promise<Browser> {
  // As root, as in a container, Chromium has no sandbox of its own.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

async function openTab(
  browser: Browser,
  httpAddress: string,
  path: string,
  { forgive, ...options }: TabOptions,
): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(SOON_MS);
  const faults: string[] = [];
  const note = (text: string) => {
    if (forgive?.test(text) !== true) faults.push(text);
  };
  page.on("pageerror", (error) => note(String(error)));
  // What the policy refuses is told there, too.
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") note(message.text());
  });
  // Nothing comes from anywhere but the server.
  page.on("request", (request) => {
    if (!request.url().startsWith(`http://${httpAddress}/`)) note(`asked for ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    note(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(`http://${httpAddress}/${path}`);
  return {
    page,
    faults,
    async [Symbol.asyncDispose]() {
      await context.close();
      expect(faults).toEqual([]);
    },
  };
}

/** What the page says of its link: "live", "not live", ... */
export const live = (page: Page) => page.waitForSelector('[data-link="live"]');

/** As when the tab is put behind another one, or is seen again. */
export const look = (page: Page, visibility: "hidden" | "visible") =>
  page.evaluate((state) => {
    const set = (name: string, value: unknown) =>
      Object.defineProperty(document, name, { value, configurable: true });
    set("visibilityState", state);
    set("hidden", state === "hidden");
    document.dispatchEvent(new Event("visibilitychange"));
  }, visibility);
