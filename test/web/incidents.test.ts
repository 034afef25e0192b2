import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Receiver } from "../alerts/support/receiver.ts";
import { alertsFile } from "../e2e/support/alerting.ts";
import { temporaryFolder } from "../project/support.ts";
import { testServer } from "../support/server.ts";
import { describeInBrowser, live } from "./support/browser.ts";
import { dark, phone, seriousViolations, widest } from "./support/everybody.ts";

// A busy machine stalls the server, which is an alert too.
const kinds = ["agent_down"];

/** A server whose alerts go to a receiver at once, by the channel "hook". */
async function alerting(url: string) {
  const folder = temporaryFolder();
  const [, alerts = ""] = alertsFile(folder.path, {
    channels: { hook: { kind: "webhook", url } },
    policy: { delay: "0s" },
    routes: [{ match: { kinds }, channels: ["hook"] }],
  });
  const server = await testServer({ alerts });
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

const ping = (httpAddress: string, path: string) =>
  fetch(`http://${httpAddress}/ping/${path}${path.includes("/") ? "" : "?interval=1h"}`);

async function fails(httpAddress: string, ...ids: string[]): Promise<void> {
  for (const id of ids) await ping(httpAddress, id);
  for (const id of ids) await ping(httpAddress, `${id}/fail`);
}

const region = (page: Page, name: string | RegExp) => page.getByRole("region", { name });
const dialog = (page: Page) => page.getByRole("dialog");

describeInBrowser("incidents", (open) => {
  it("are on the wall as one line for one cause, and gone when all is well", async () => {
    await using receiver = await Receiver.listen();
    await using server = await alerting(receiver.url);
    await using tab = await open(server.httpAddress);
    const { page } = tab;
    await live(page);
    await fails(server.httpAddress, "web-1", "web-2", "web-3");
    const strip = region(page, "Alerts that fire now");
    await expect
      .poll(() => strip.locator("li.is-down").allInnerTexts())
      .toEqual([expect.stringMatching(/^3 agents of default are DOWN: web-1.*web-2.*web-3/)]);
    expect(Number(await page.locator("[data-firing]").getAttribute("data-firing"))).toBeGreaterThan(
      0,
    );
    for (const id of ["web-1", "web-2", "web-3"]) await ping(server.httpAddress, id);
    await strip.locator("li.is-down").waitFor({ state: "detached" });
  });

  it("name whom they concern, who was told, and when it was over", async () => {
    await using receiver = await Receiver.listen();
    await using server = await alerting(receiver.url);
    await fails(server.httpAddress, "web-1", "web-2");
    await using tab = await open(server.httpAddress, "#/incidents");
    const { page } = tab;
    await live(page);
    const now = region(page, "Alerts: now");
    const alert = now.locator(".alert.is-down");
    await expect.poll(() => alert.innerText()).toMatch(/^firing/);
    await expect.poll(() => alert.innerText()).toMatch(/told \d\d:\d\d:\d\d by hook/);
    await alert.getByText("concerns 2").click();
    expect(await alert.getByRole("link").allInnerTexts()).toEqual(["web-1", "web-2"]);
    await ping(server.httpAddress, "web-1");
    await expect.poll(() => alert.innerText()).toContain("concerns 2, 1 well again");
    await ping(server.httpAddress, "web-2");
    await alert.waitFor({ state: "detached" });
    const over = region(page, "Alerts: lately");
    expect(await over.innerText()).toMatch(/resolved[\s\S]*until \d\d:\d\d:\d\d/);

    await over.getByText(/^concerns 2/).click();
    await over.getByRole("link", { name: "web-2" }).click();
    await region(page, "Alerts that concern it")
      .getByText(/resolved/)
      .waitFor();
  });

  it("are not told while they are silenced, and are when the silence is ended", async () => {
    await using receiver = await Receiver.listen();
    await using server = await alerting(receiver.url);
    await using tab = await open(server.httpAddress, "#/incidents");
    const { page } = tab;
    await live(page);
    await page.getByRole("button", { name: "New silence" }).click();
    await dialog(page)
      .getByLabel(/id begins with/)
      .fill("web-");
    await dialog(page).getByLabel("Alerts").selectOption("agent down");
    await dialog(page).getByLabel("For how long").fill("30");
    await dialog(page).getByLabel("Unit").last().selectOption("minutes");
    await dialog(page).getByLabel(/^Why/).fill("moving house");
    await dialog(page).getByRole("button", { name: "Silence" }).click();
    const silences = region(page, "Silences");
    await expect
      .poll(() => silences.innerText())
      .toMatch(/id web-…, agent down of default[\s\S]*in force[\s\S]*moving house/);

    await fails(server.httpAddress, "web-1");
    const alert = region(page, "Alerts: now").locator(".alert.is-down");
    await expect.poll(() => alert.innerText()).toContain("silenced");
    expect(receiver.received).toEqual([]);
    await silences.getByRole("button", { name: "End" }).click();
    await dialog(page).getByRole("button", { name: "End it" }).click();
    await expect.poll(() => silences.innerText()).toContain("ended");
    await expect.poll(() => receiver.received.length).toBeGreaterThan(0);
    await expect.poll(() => alert.innerText()).not.toContain("silenced");
  });

  it("that nobody was told of are listed, and sent again when the channel works", async () => {
    await using receiver = await Receiver.listen();
    receiver.behaviour = { status: 410, body: "no longer here" };
    await using server = await alerting(receiver.url);
    await fails(server.httpAddress, "web-1");
    await using tab = await open(server.httpAddress, "#/incidents");
    const { page } = tab;
    await live(page);
    const lost = region(page, "Messages that were not delivered");
    await expect.poll(() => lost.innerText()).toMatch(/web-1[\s\S]*hook[\s\S]*given up[\s\S]*410/);
    const channels = region(page, "Channels");
    await expect.poll(() => channels.innerText()).toMatch(/hook[\s\S]*webhook[\s\S]*410/);

    await channels.getByRole("button", { name: "Test hook" }).click();
    await dialog(page).getByRole("button", { name: "Send a test" }).click();
    await expect
      .poll(() => dialog(page).getByRole("alert").innerText())
      .toMatch(/was not delivered[\s\S]*410/);
    receiver.behaviour = { status: 200 };
    await dialog(page).getByRole("button", { name: "Send a test" }).click();
    await expect.poll(() => page.locator(".done").innerText()).toMatch(/^The test by hook was del/);

    await lost.getByRole("button", { name: "Send again by hook" }).click();
    await dialog(page).getByRole("button", { name: "Send again" }).click();
    await expect.poll(() => page.locator(".done").innerText()).toBe("It is sent again by hook.");
    await expect.poll(() => lost.innerText()).toContain("Every message has arrived.");
  });

  it("say what the server does not take of a silence", async () => {
    await using server = await testServer();
    await using tab = await open(server.httpAddress, "#/incidents", { forgive: /400/ });
    const { page } = tab;
    await live(page);
    await page.getByRole("button", { name: "New silence" }).click();
    await dialog(page).getByLabel("Organization").fill("no spaces");
    await dialog(page).getByRole("button", { name: "Silence" }).click();
    await expect
      .poll(() => dialog(page).getByRole("alert").innerText())
      .toMatch(/does not take this[\s\S]*organization_id/);
  });

  it("are said to be none where the server has none", async () => {
    await using server = await testServer();
    await using tab = await open(server.httpAddress, "", {
      forgive: /404/,
    });
    const { page } = tab;
    await page.route("**/heartbeat.v1.AlertService/*", (route) =>
      route.fulfill({
        status: 404,
        contentType: "application/json",
        body: JSON.stringify({ code: "unimplemented", message: "not here" }),
      }),
    );
    await page.goto(`http://${server.httpAddress}/#/incidents`);
    await page.reload();
    await page.getByText("This server has no alerts.").waitFor();
  });

  it("show what agents say of themselves as text", async () => {
    await using server = await testServer();
    const evil = `<img src=x onerror="document.title='pwned'">`;
    await ping(server.httpAddress, "innocent");
    await fetch(`http://${server.httpAddress}/ping/innocent/fail`, { method: "POST", body: evil });
    await using tab = await open(server.httpAddress, "#/incidents");
    const { page } = tab;
    await live(page);
    await page.locator("[data-alert]", { hasText: "innocent" }).waitFor();
    await page.locator("[data-alert] summary").first().click();
    expect(await page.locator("main img").count()).toBe(0);
    expect(await page.title()).not.toContain("pwned");
  });

  describe("are open to everybody", () => {
    const held = new AsyncDisposableStack();
    let httpAddress: string;
    beforeAll(async () => {
      const receiver = held.use(await Receiver.listen());
      receiver.behaviour = { status: 410, body: "no longer here" };
      ({ httpAddress } = held.use(await alerting(receiver.url)));
      await fails(httpAddress, "web-1", `web-${"x".repeat(120)}`);
    });
    afterAll(() => held.disposeAsync());

    it.each([
      ["light", {}],
      ["dark", dark],
      ["on a phone", phone],
    ])("%s", async (_name, options) => {
      await using tab = await open(httpAddress, "#/incidents", options);
      const { page } = tab;
      await live(page);
      await page.getByText("given up").waitFor();
      await page.locator(".alert.is-down summary").click();
      const { width } = page.viewportSize()!;
      expect(await widest(page)).toBeLessThanOrEqual(width);
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "New silence" }).click();
      expect(await seriousViolations(page, "dialog")).toEqual([]);
    });
  });
});
