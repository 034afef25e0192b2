import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exampleFleet, settle } from "../../bench/wall-fleet.ts";
import { type ServerProcess, serve } from "../support/process.ts";
import { describeInBrowser, live } from "./support/browser.ts";
import { dark, phone, seriousViolations, widest } from "./support/everybody.ts";
import { painted } from "./support/strip.ts";

describeInBrowser("the page of a fleet", (open) => {
  describe.each([10, 1_000, 10_000])("of %i", (count) => {
    let server: ServerProcess;
    beforeAll(async () => {
      server = await serve(["--admission-rate", "1000000", "--protection", "false"]);
      await settle(server.grpcAddress, exampleFleet(count));
    }, 60_000);
    afterAll(() => server[Symbol.asyncDispose]());

    /** All of them are told, and arranged. */
    async function everybody(page: Page): Promise<void> {
      await live(page);
      const title = page.locator(".chips-all");
      await expect.poll(() => title.innerText()).toBe(`${count.toLocaleString("en-US")} agents`);
    }

    it("shows all of them, and one that goes down", async () => {
      await using tab = await open(server.httpAddress, "", { forgive: /willReadFrequently/ });
      const { page } = tab;
      await everybody(page);
      if (count > 40) {
        // Each is four points wide at least, and not all of ten thousand are on the screen.
        const alive = exampleFleet(count).filter(({ standing }) => standing === "alive").length;
        await expect
          .poll(() => painted(page, "--alive", ".wall canvas"))
          .toBeGreaterThan(Math.min(alive, 5_000) * 16);
      }
      const down = page.locator('[data-state="DOWN"] .count');
      const before = Number(await down.innerText());
      const lucky = exampleFleet(count).find(({ standing }) => standing === "alive")!;
      await settle(server.grpcAddress, [{ ...lucky, standing: "down" }]);
      await expect.poll(() => down.innerText()).toBe(String(before + 1));
      await settle(server.grpcAddress, [lucky]);
    });

    it("opens the agent that is clicked", async () => {
      await using tab = await open(server.httpAddress, "#/?order=name");
      const { page } = tab;
      await everybody(page);
      if (count <= 40) {
        await page.locator("a.card").first().click();
      } else {
        await page.locator(".wall").hover({ position: { x: 5, y: 5 } });
        await page.locator("#wall-agent").waitFor();
        await page.locator(".wall").click({ position: { x: 5, y: 5 } });
      }
      await page.waitForURL(/#\/agents\/default\/ap-south-1/);
    });

    it("is a list, from the first to the last", async () => {
      await using tab = await open(server.httpAddress, "#/?form=list&order=name");
      const { page } = tab;
      await live(page);
      await expect
        .poll(() => page.locator("table").getAttribute("aria-rowcount"))
        .toBe(String(count + 1));
      expect(await page.locator("tbody tr").count()).toBeLessThan(60);
      const ids = exampleFleet(count)
        .map(({ agentId }) => agentId)
        .sort();
      await page.locator(".list").evaluate((list) => list.scrollTo(0, list.scrollHeight));
      await page.getByText(ids.at(-1)!, { exact: true }).first().waitFor();
      await page.getByRole("button", { name: "agent" }).first().click();
      await page.getByRole("button", { name: "agent" }).first().click();
      await page.locator(".list").evaluate((list) => list.scrollTo(0, 0));
      await expect.poll(() => page.locator("td.of-agent").first().innerText()).toBe(ids.at(-1));
      expect(await page.locator('th[aria-sort="descending"]').innerText()).toContain("agent");
    });

    // What is to be seen of ten thousand is to be seen of a thousand, whose list is that of ten.
    const forms = { 10: ["wall", "list"], 1000: ["wall"], 10000: [] }[count] ?? [];
    if (forms.length === 0) return;
    it.each([
      ["light", {}],
      ["dark", dark],
      ["on a phone", phone],
    ])("is open to everybody, %s", async (_name, options) => {
      await using tab = await open(server.httpAddress, "", options);
      const { page } = tab;
      await everybody(page);
      for (const form of forms) {
        await page.evaluate((hash) => window.location.assign(hash), `#/?form=${form}`);
        const pressed = page.getByRole("button", { name: form, pressed: true });
        await pressed.waitFor();
        expect(await seriousViolations(page)).toEqual([]);
        const { width } = page.viewportSize()!;
        expect(await widest(page)).toBeLessThanOrEqual(width);
      }
    });
  });
});
