import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { HeartbeatAgent, type HeartbeatAgentOptions } from "../../src/agent/index.ts";
import { eventually } from "../support/eventually.ts";
import { type TestServer, testServer } from "../support/server.ts";
import { describeInBrowser, live } from "./support/browser.ts";

const path = "#/agents/default/worker-1";

/** An agent in this process, and what it was asked to do. */
async function worker(server: TestServer, options: Partial<HeartbeatAgentOptions> = {}) {
  const asked: string[] = [];
  const refused: string[] = [];
  const agent = new HeartbeatAgent({
    server: server.grpcAddress,
    agentId: "worker-1",
    policy: { intervalMs: 1_000, graceMs: 5_000 },
    handleSignals: false,
    onDirective: (directive) => void asked.push(JSON.stringify(directive)),
    onError: (error) => void refused.push(JSON.stringify(error)),
    ...options,
  }).start();
  await eventually("the agent is connected", () => agent.connectionHealth().healthy);
  return {
    agent,
    asked,
    refused,
    [Symbol.asyncDispose]: () => agent.close(),
  };
}

const dialog = (page: Page) => page.getByRole("dialog");
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });
const done = (page: Page) => page.locator(".done");
const standing = (page: Page) => page.locator(".agent-standing").innerText();

describeInBrowser("what an operator does on the page", (open) => {
  it("pauses an agent, which is told, and resumes it", async () => {
    await using server = await testServer();
    await using one = await worker(server);
    await using tab = await open(server.httpAddress, path);
    const { page } = tab;
    await live(page);
    await button(page, "Pause").click();
    expect(await dialog(page).innerText()).toMatch(/Until \d\d:\d\d:\d\d\./);
    await dialog(page).getByLabel("For how long").fill("30");
    await dialog(page).getByLabel("Unit").selectOption("minutes");
    await dialog(page).getByLabel(/^Why/).fill("kernel update");
    await dialog(page).getByRole("button", { name: "Pause" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    await expect.poll(() => done(page).innerText()).toMatch(/^worker-1 is paused until \d\d:/);
    await expect.poll(() => standing(page)).toMatch(/ALIVE paused/);
    await eventually("the agent is told", () => one.asked.some((told) => told.includes("kernel")));

    await button(page, "Resume").click();
    await dialog(page).getByRole("button", { name: "Resume" }).click();
    await expect.poll(() => done(page).innerText()).toBe("worker-1 is watched again.");
    await expect.poll(() => standing(page)).not.toMatch(/paused/);
    await eventually("the agent is told", () => one.asked.some((told) => told.includes("resume")));
  });

  it("unregisters an agent, whose process is told to stop", async () => {
    await using server = await testServer();
    await using one = await worker(server);
    await using tab = await open(server.httpAddress, path);
    const { page } = tab;
    await live(page);
    await button(page, "Unregister").click();
    await dialog(page).getByLabel(/^Why/).fill("moved");
    await dialog(page).getByRole("button", { name: "Unregister" }).click();
    await expect.poll(() => done(page).innerText()).toBe("worker-1 is unregistered.");
    await expect.poll(() => standing(page)).toMatch(/LEFT[\s\S]*moved/);
    await eventually("the agent has ended", () => one.refused.length > 0);
    expect(await button(page, "Unregister").isDisabled()).toBe(true);
  });

  it("cancels a task, whose work is stopped", async () => {
    await using server = await testServer();
    await using one = await worker(server);
    const task = one.agent.task("import-42");
    task.progress(0.25);
    await using tab = await open(server.httpAddress, path);
    const { page } = tab;
    await live(page);
    const row = page.locator('[data-task="import-42"]');
    await expect.poll(() => row.innerText()).toMatch(/RUNNING[\s\S]*25 %/);
    await button(page, "Cancel import-42").click();
    await dialog(page).getByRole("button", { name: "Cancel the task" }).click();
    await expect.poll(() => done(page).innerText()).toMatch(/^import-42 is canceled/);
    await eventually("the work is stopped", () => task.signal.aborted);
    await expect.poll(() => row.innerText()).toMatch(/CANCELED/);
    expect(await button(page, "Cancel import-42").count()).toBe(0);
  });

  it("silences an agent", async () => {
    await using server = await testServer();
    await using _one = await worker(server);
    await using tab = await open(server.httpAddress, path);
    const { page } = tab;
    await live(page);
    await page.keyboard.press("s");
    await dialog(page).getByLabel(/^Why/).fill("known");
    await page.keyboard.press("Enter");
    await expect.poll(() => done(page).innerText()).toMatch(/^Nobody is told of worker-1 until/);
    await page.getByRole("link", { name: "Incidents" }).click();
    const silences = page.getByRole("region", { name: "Silences" });
    await expect
      .poll(() => silences.innerText())
      .toMatch(/id worker-1…[\s\S]*in force[\s\S]*known/);
  });

  it("is done by keyboard alone, and leaves the focus where it was", async () => {
    await using server = await testServer();
    await using _one = await worker(server);
    await using tab = await open(server.httpAddress, path);
    const { page } = tab;
    await live(page);
    await button(page, "Silence").focus();
    await page.keyboard.press("p");
    await dialog(page).waitFor();
    expect(await page.evaluate(() => document.activeElement?.closest("dialog") !== null)).toBe(
      true,
    );
    // Letters are letters again where one writes, and no other dialog comes over this one.
    await page.keyboard.press("u");
    expect(await dialog(page).count()).toBe(1);
    for (let stop = 0; stop < 12; stop++) {
      await page.keyboard.press("Tab");
      const place = await page.evaluate(
        () => document.activeElement?.closest("dialog, body")?.tagName,
      );
      // Past the last stop a browser may offer its own window, never what is behind the dialog.
      expect(["DIALOG", "BODY"]).toContain(place);
    }
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    expect(await focused()).toBe("Silence");
    await page.keyboard.press("p");
    await dialog(page).waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => standing(page)).toMatch(/paused/);
    expect(await focused()).toBe("Silence");
    await page.keyboard.press("u");
    expect(await dialog(page).innerText()).toMatch(/^Unregister worker-1/);
  });

  describe("that the server refuses", () => {
    const refusal = (page: Page) => dialog(page).getByRole("alert").innerText();

    it("says why, in the server's words, and lets one do better", async () => {
      await using server = await testServer();
      await using _one = await worker(server);
      await using tab = await open(server.httpAddress, path, { forgive: /400/ });
      const { page } = tab;
      await live(page);
      await button(page, "Pause").click();
      await dialog(page).getByLabel("For how long").fill("40");
      await dialog(page).getByLabel("Unit").selectOption("days");
      expect(await dialog(page).innerText()).toContain("At most 30d.");
      await dialog(page).getByRole("button", { name: "Pause" }).click();
      await expect.poll(() => refusal(page)).toMatch(/does not take this[\s\S]*pause_for .*limit/);
      await dialog(page).getByLabel("For how long").fill("3");
      await dialog(page).getByRole("button", { name: "Pause" }).click();
      await expect.poll(() => standing(page)).toMatch(/paused/);
    });

    it("because the agent is gone meanwhile", async () => {
      await using server = await testServer();
      await fetch(`http://${server.httpAddress}/ping/worker-1?interval=1h`);
      await using tab = await open(server.httpAddress, path, { forgive: /400/ });
      const { page } = tab;
      await live(page);
      await button(page, "Pause").click();
      await fetch(`http://${server.httpAddress}/ping/worker-1/fail`);
      await dialog(page).getByRole("button", { name: "Pause" }).click();
      await expect
        .poll(() => refusal(page))
        .toMatch(/as things stand[\s\S]*is DOWN and cannot be paused; wait until it beats again/);
    });

    it("because it can keep nothing: nothing was done", async () => {
      await using server = await testServer();
      await using one = await worker(server);
      await using tab = await open(server.httpAddress, path, { forgive: /503/ });
      const { page } = tab;
      await live(page);
      await page.route("**/PauseAgent", (route) =>
        route.fulfill({
          status: 503,
          contentType: "application/json",
          body: JSON.stringify({ code: "unavailable", message: "the journal cannot be written" }),
        }),
      );
      await button(page, "Pause").click();
      await dialog(page).getByRole("button", { name: "Pause" }).click();
      await expect
        .poll(() => refusal(page))
        .toMatch(/has done nothing[\s\S]*the journal cannot be written/);
      expect(one.asked).toEqual([]);
    });

    it("or perhaps not, when no answer comes", async () => {
      await using server = await testServer();
      await using _one = await worker(server);
      await using tab = await open(server.httpAddress, path, { forgive: /ERR_FAILED/ });
      const { page } = tab;
      await live(page);
      await page.route("**/PauseAgent", (route) => route.abort());
      await button(page, "Pause").click();
      await dialog(page).getByRole("button", { name: "Pause" }).click();
      await expect.poll(() => refusal(page)).toMatch(/may have been done or not/);
    });
  });

  it("is done once, however often Enter is pressed", async () => {
    await using server = await testServer();
    await using _one = await worker(server);
    await using tab = await open(server.httpAddress, path);
    const { page } = tab;
    await live(page);
    let calls = 0;
    let answer = () => {};
    await page.route("**/PauseAgent", async (route) => {
      calls++;
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      await route.continue();
    });
    await page.keyboard.press("p");
    await dialog(page).getByLabel(/^Why/).focus();
    for (let time = 0; time < 5; time++) await page.keyboard.press("Enter");
    await dialog(page).getByRole("button", { name: "Pause …" }).waitFor();
    answer();
    await expect.poll(() => standing(page)).toMatch(/paused/);
    expect(calls).toBe(1);
  });
});
