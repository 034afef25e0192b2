import { afterAll, beforeAll, expect, it } from "vitest";
import { exampleFleet, settle } from "../../bench/wall-fleet.ts";
import { type TestServer, testServer } from "../support/server.ts";
import { describeInBrowser, live } from "./support/browser.ts";

describeInBrowser("what is chosen of a fleet", (open) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await testServer();
    await settle(server.grpcAddress, exampleFleet(20));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("is filtered by state, label and type, and is in the URL for others", async () => {
    await using tab = await open(server.httpAddress);
    const { page } = tab;
    await live(page);
    await page.locator("a.card").nth(19).waitFor();
    await page.locator('[data-state="DOWN"]').click();
    await page.locator('[data-state="SUSPECT"]').click();
    await expect.poll(() => page.locator("a.card").count()).toBe(2);
    await page.locator('[data-state="DOWN"]').click();
    await page.locator('[data-state="SUSPECT"]').click();
    await page.getByLabel(/^Label/).fill("region=eu-west-1");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator("a.card").count()).toBe(4);
    await page.getByLabel("Type").selectOption("worker");
    await expect.poll(() => page.locator("a.card").count()).toBe(1);
    const shared = new URL(page.url());

    await using other = await open(server.httpAddress, shared.hash);
    await live(other.page);
    await expect.poll(() => other.page.locator("a.card").count()).toBe(1);
    await other.page.getByRole("button", { name: /^region=/ }).click();
    await expect.poll(() => other.page.locator("a.card").count()).toBe(4);
    await other.page.getByRole("button", { name: "Show all" }).click();
    await expect.poll(() => other.page.locator("a.card").count()).toBe(20);
    expect(new URL(other.page.url()).hash).toBe("#/");
  });

  it("is walked from card to card with the arrows; all cards are one stop of Tab", async () => {
    await using tab = await open(server.httpAddress, "#/?order=name");
    const { page } = tab;
    await live(page);
    await page.locator("a.card").nth(19).waitFor();
    expect(await page.locator('a.card[tabindex="0"]').count()).toBe(1);
    const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.key);
    await page.locator('a.card[tabindex="0"]').focus();
    const first = await focused();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    expect(await focused()).not.toBe(first);
    expect(await page.locator('a.card[tabindex="0"]').getAttribute("data-key")).toBe(
      await focused(),
    );
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowLeft");
    expect(await focused()).toBe(first);
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.waitForURL(/#\/agents\//);
  });

  it("keeps to where one was when one comes back from an agent", async () => {
    await using tab = await open(server.httpAddress, "#/?state=DOWN&form=list");
    const { page } = tab;
    await live(page);
    await page.locator("td.of-agent a").first().click();
    await page.waitForURL(/#\/agents\//);
    await page.locator(".header nav").getByText("Agents").click();
    await page.waitForURL(/#\/\?state=DOWN&form=list$/);
    await expect.poll(() => page.locator("td.of-agent").count()).toBe(1);
  });

  it("tells a screen reader who goes down, and nothing of what was before", async () => {
    await using tab = await open(server.httpAddress);
    const { page } = tab;
    await live(page);
    const told = page.locator("[data-announcer]");
    const fallen = exampleFleet(20)[1]!;
    await settle(server.grpcAddress, [{ ...fallen, standing: "down" }]);
    await expect.poll(() => told.innerText(), { timeout: 8_000 }).toBe(`${fallen.agentId} down`);
    await settle(server.grpcAddress, [fallen]);
  });

  it("leaves events where they are while a pointer is on them", async () => {
    await using tab = await open(server.httpAddress);
    const { page } = tab;
    await live(page);
    const first = page.locator(".event").first();
    await first.waitFor();
    await page.locator(".event-list").hover();
    await page.getByText("holding still").waitFor();
    const sequence = await first.getAttribute("data-sequence");
    const agent = exampleFleet(20)[1]!;
    await settle(server.grpcAddress, [{ ...agent, standing: "down" }]);
    await page.locator(`a.card.is-down[data-key="default/${agent.agentId}"]`).waitFor();
    expect(await first.getAttribute("data-sequence")).toBe(sequence);
    await page.locator("h1").hover();
    await expect.poll(() => first.getAttribute("data-sequence")).not.toBe(sequence);
    await page.getByLabel("Severity of the events").selectOption("errors");
    await expect.poll(() => page.locator(".event:not(.is-error)").count()).toBe(0);
    await page.getByLabel("Search the events").fill("no such thing");
    await page.getByText("No event.").waitFor();
    await settle(server.grpcAddress, [agent]);
  });

  it("has events in a part of their own on a phone", async () => {
    const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
    await using tab = await open(server.httpAddress, "", phone);
    const { page } = tab;
    await live(page);
    expect(await page.locator(".event").count()).toBe(0);
    await page.getByRole("link", { name: "Events" }).click();
    await page.locator(".event").first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
});
