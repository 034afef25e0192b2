import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { SignJWT } from "jose";
import { expect, it } from "vitest";
import { exampleFleet, settle } from "../../bench/wall-fleet.ts";
import { HeartbeatService } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { temporaryFolder } from "../project/support.ts";
import { eventually } from "../support/eventually.ts";
import { patientAgent, serve } from "../support/process.ts";
import { testServer } from "../support/server.ts";
import { describeInBrowser, live, look, type Tab } from "./support/browser.ts";

const beats = (httpAddress: string) =>
  createClient(
    HeartbeatService,
    createConnectTransport({ baseUrl: `http://${httpAddress}`, httpVersion: "1.1" }),
  );

const ping = (httpAddress: string, agentId: string, query = "interval=1h") =>
  fetch(`http://${httpAddress}/ping/${encodeURIComponent(agentId)}?${query}`);

/** The state of an agent's card, as it is read. */
const stateOf = (tab: Tab, agentId: string) =>
  tab.page.locator("a.card", { hasText: agentId }).locator(".state-mark").innerText();

describeInBrowser("the live page", (open) => {
  it("shows an agent that is killed", async () => {
    // A machine so busy that the server stood still just now: then it awaits the agent before it blames it.
    await using server = await serve();
    await using agent = patientAgent(server.grpcAddress, "builder");
    await using tab = await open(server.httpAddress);
    await live(tab.page);
    await tab.page.getByText("builder").first().waitFor();
    expect(await stateOf(tab, "builder")).toBe("ALIVE");
    agent.child.kill("SIGKILL");
    await tab.page.locator("a.card.is-suspect, a.card.is-down").waitFor({ timeout: 20_000 });
    expect(
      await tab.page
        .locator(".event", { hasText: /DROPPED/ })
        .first()
        .innerText(),
    ).toContain("builder");
  });

  it("says that it is not live when the server is gone, and takes over all when it is back", async () => {
    using folder = temporaryFolder();
    const first = await serve(["--data-dir", folder.path]);
    const { httpAddress } = first;
    await ping(httpAddress, "stays");
    await ping(httpAddress, "leaves");
    await using tab = await open(httpAddress, "", { forgive: /Failed to load resource|ERR_/ });
    await live(tab.page);
    await tab.page.getByText("leaves").first().waitFor();

    await first[Symbol.asyncDispose]();
    const banner = tab.page.locator('[data-banner="link"]');
    await banner.waitFor({ timeout: 10_000 });
    expect(await banner.innerText()).toMatch(/^Not live, shown as of \d\d:\d\d:\d\d: /);
    expect(await tab.page.locator(".app.is-stale").count()).toBe(1);
    expect(await tab.page.locator("[data-link]").getAttribute("data-link")).toBe("lost");

    // Without its journal: the server knows none of them, and neither may the page.
    await using again = await serve(["--http-address", httpAddress]);
    await ping(again.httpAddress, "new");
    await live(tab.page);
    await banner.waitFor({ state: "detached" });
    await eventually("only who is there is shown", async () => {
      return (await tab.page.locator("a.card").allInnerTexts()).length === 1;
    });
    expect(await tab.page.locator("a.card").innerText()).toContain("new");
  });

  it("is not live when the server stops answering without a word", async () => {
    await using server = await serve();
    await ping(server.httpAddress, "a");
    await using tab = await open(server.httpAddress);
    await live(tab.page);
    server.program.child.kill("SIGSTOP");
    await tab.page.locator('[data-link="lost"]').waitFor({ timeout: 15_000 });
    expect(await tab.page.locator('[data-banner="link"]').innerText()).toContain("does not answer");
    server.program.child.kill("SIGCONT");
    await live(tab.page);
  });

  it("shows whatever agents say of themselves as text", async () => {
    await using server = await testServer();
    const evil = `<img src=x onerror="document.title='pwned'"><script>alert(1)</script>`;
    await beats(server.httpAddress).sendBeat({
      beat: {
        agentId: "innocent",
        registration: { agentType: evil, labels: { label: evil } },
        vitals: { custom: { "<b>custom</b>": 1 } },
      },
    });
    await beats(server.httpAddress).sendBeat({
      beat: { agentId: "innocent", goodbye: { reason: evil, failed: true } },
    });
    await using tab = await open(server.httpAddress);
    await live(tab.page);
    await tab.page.locator("a.card", { hasText: "onerror" }).waitFor();
    await tab.page.locator(".event", { hasText: "onerror" }).first().waitFor();
    for (const path of [
      "#/?form=list",
      `#/?label=${encodeURIComponent(`label=${evil}`)}`,
      "#/agents/default/innocent",
    ]) {
      await tab.page.goto(`http://${server.httpAddress}/${path}`);
      await tab.page.getByText("onerror").first().waitFor();
    }
    expect(await tab.page.title()).toBe("1 DOWN · innocent · Heartbeat");
    expect(await tab.page.locator("main img, main script, main b").count()).toBe(0);
  });

  it("lets go of its streams while nobody looks, and takes them up again", async () => {
    await using server = await testServer();
    await ping(server.httpAddress, "a");
    await using tab = await open(server.httpAddress);
    await live(tab.page);
    const watches = async () => {
      const answer = await fetch(
        `http://${server.httpAddress}/heartbeat.v1.StatusService/GetStatus`,
        { method: "POST", headers: { "content-type": "application/json" }, body: "{}" },
      );
      return Number(((await answer.json()) as { openWatches?: string }).openWatches ?? 0);
    };
    expect(await watches()).toBe(2);
    await look(tab.page, "hidden");
    await eventually("no watch is open", async () => (await watches()) === 0);
    expect(await tab.page.locator("[data-link]").getAttribute("data-link")).toBe("lost");
    await look(tab.page, "visible");
    await live(tab.page);
    expect(await watches()).toBe(2);
  });

  it("is walked by keyboard: search, wall, agent, and back", async () => {
    await using server = await testServer();
    await settle(server.grpcAddress, exampleFleet(60));
    await using tab = await open(server.httpAddress);
    const { page } = tab;
    await live(page);
    await page.getByRole("listbox").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("worker");
    await page.waitForURL(/search=worker/);
    expect(await page.locator(".narrowed").innerText()).toMatch(/^12 of 60/);
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
    await page.keyboard.press("Escape");
    await page.getByRole("listbox").focus();
    await page.keyboard.press("Home");
    const first = await page.locator("#wall-agent").innerText();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    const later = await page.locator("#wall-agent").innerText();
    expect(later).not.toBe(first);
    expect(await page.getByRole("listbox").getAttribute("aria-activedescendant")).toBe(
      "wall-agent",
    );
    const agentId = later.split("\n")[0] ?? "";
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`#/agents/default/${encodeURIComponent(agentId)}$`));
    await page.goBack();
    await page.getByRole("listbox").waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    const theme = () => page.locator("html").getAttribute("data-theme");
    expect(await theme()).toBe("light");
    await page.keyboard.press("t");
    expect(await theme()).toBe("dark");
    await page.reload();
    expect(await theme()).toBe("dark");
  });

  it("asks for a token where the server does, and keeps it in the tab alone", async () => {
    using keys = temporaryFolder();
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    writeFileSync(
      join(keys.path, "operator.pem"),
      publicKey.export({ type: "spki", format: "pem" }),
    );
    await using server = await testServer({ "auth-keys": keys.path });
    const token = await new SignJWT({ org: "*" })
      .setProtectedHeader({ alg: "EdDSA" })
      .setAudience("heartbeat")
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(privateKey);
    await using tab = await open(server.httpAddress, "", { forgive: /401/ });
    const { page } = tab;
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    expect(await dialog.innerText()).toContain("authorization is missing");
    await dialog.getByLabel(/^Token/).fill(token);
    await dialog.getByRole("button").click();
    await live(page);
    await dialog.waitFor({ state: "hidden" });
    await page.reload();
    await live(page);
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    await page.evaluate(() => sessionStorage.setItem("heartbeat-token", "wrong"));
    await page.reload();
    await dialog.waitFor();
    expect(await dialog.innerText()).toContain("it is no JSON Web Token");
    // Waved away it stays so: there is nothing to see, and the page says why.
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    expect(await page.locator('[data-banner="link"]').innerText()).toMatch(
      /^No access, nothing is/,
    );
  });
});
