import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import type { TabOptions } from "./browser.ts";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface Axe {
  run(part: string, options: RunOptions): Promise<AxeResults>;
}

/** What makes a page, or a part of it, hard or impossible to use for somebody: serious and worse. */
export async function seriousViolations(page: Page, part = "html"): Promise<string[]> {
  // Playwright's own way into a page is not the page's: its policy lets no script of others in.
  await page.evaluate(readFileSync(axe, "utf8"));
  const { violations } = await page.evaluate((selector) => {
    const { axe } = window as unknown as { axe: Axe };
    return axe.run(selector, { resultTypes: ["violations"] });
  }, part);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

export const widest = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);

export const dark: TabOptions = { colorScheme: "dark" };
export const phone: TabOptions = { viewport: { width: 360, height: 740 }, hasTouch: true };
