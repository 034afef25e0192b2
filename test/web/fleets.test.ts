import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exampleFleet, settle } from "../../bench/wall-fleet.ts";
import { type ServerProcess, serve } from "../support/process.ts";
import { describeInBrowser, live } from "./support/browser.ts";
import { dark, phone, seriousViolations, widest } from "./support/everybody.ts";

describeInBrowser("the page of a fleet", (open) => {
  describe.each([10, 1_000, 10_000])("of %i", (count) => {
    let server: ServerProcess;
    beforeAll(async () => {
      server = await serve(["--admission-rate", "1000000", "--protection", "false"]);
      await settle(server.grpcAddress, exampleFleet(count));
    }, 60_000);
    afterAll(() => server[Symbol.asyncDispose]());

    it("shows all of them, and one that goes down", async () => {
      await using tab = await open(server.httpAddress);
      const { page } = tab;
      await live(page);
      const title = page.locator(".chips-all");
      await expect.poll(() => title.innerText()).toBe(`${count.toLocaleString("en-US")} agents`);
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
      await live(page);
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

    // The wall of ten thousand is that of a thousand.
    if (count > 1_000) return;
    it.each([
      ["light", {}],
      ["dark", dark],
      ["on a phone", phone],
    ])("is open to everybody, %s", async (_name, options) => {
      for (const path of ["", "#/?form=list", "#/?form=wall"]) {
        await using tab = await open(server.httpAddress, path, options);
        await live(tab.page);
        expect(await seriousViolations(tab.page)).toEqual([]);
        const { width } = tab.page.viewportSize()!;
        expect(await widest(tab.page)).toBeLessThanOrEqual(width);
      }
    });
  });
});
