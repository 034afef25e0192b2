/** What is to be seen on a picture: done to a real server. */
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import { HeartbeatAgent } from "../../../src/agent/index.ts";
import { Receiver } from "../../alerts/support/receiver.ts";
import { alertsFile } from "../../e2e/support/alerting.ts";
import { agentProcess, type ServerProcess } from "../../support/process.ts";

const agentId = "eu-central-1/importer-07";

async function toAgent(page: Page, server: ServerProcess, id: string): Promise<void> {
  await page.goto(`http://${server.httpAddress}/#/agents/default/${encodeURIComponent(id)}`);
  await page.locator('#pulse[data-listening="listening"]').waitFor();
}

/** An agent at work, for as long as its trace needs to fill the strip. Its process is this one. */
export async function working(page: Page, server: ServerProcess): Promise<void> {
  const agent = new HeartbeatAgent({
    server: server.grpcAddress,
    agentId,
    agentType: "importer",
    labels: { region: "eu-central-1", team: "core", version: "2.4.1" },
    policy: { intervalMs: 1_000 },
    handleSignals: false,
  }).start();
  agent.task("import-4711", { detail: '{"file":"invoices.csv","row":48231}' }).progress(0.62);
  agent.task("reindex", { staleAfterMs: 4_000 }).progress(0.35);
  await page.getByText(agentId).first().waitFor();
  await toAgent(page, server, agentId);
  await pause(16_000);
}

/** One that was killed, and whose successor has come. */
export async function killed(page: Page, server: ServerProcess): Promise<void> {
  const first = agentProcess(server.grpcAddress, agentId, 1_000);
  await page.getByText(agentId).first().waitFor();
  await toAgent(page, server, agentId);
  await pause(7_000);
  first.child.kill("SIGKILL");
  await page.locator(".agent-head.is-down").waitFor();
  await pause(1_500);
  // It ends with the server, which it cannot live without for long.
  const second = agentProcess(server.grpcAddress, agentId, 1_000);
  page.once("close", () => second.child.kill("SIGKILL"));
  await page.locator(".agent-head.is-alive").waitFor();
  await pause(2_500);
}

/** A channel that works and one that does not, and the flags of a server that tells them. */
export async function channels(folder: string): Promise<AsyncDisposable & { flags: string[] }> {
  const works = await Receiver.listen();
  const fails = await Receiver.listen();
  fails.behaviour = { status: 410, body: "this channel is archived" };
  const flags = alertsFile(folder, {
    channels: {
      "on-call": { kind: "webhook", url: works.url },
      team: { kind: "webhook", url: fails.url },
    },
    policy: { delay: "0s", "group-window": "1s" },
    routes: [{ match: { kinds: ["agent_down"] }, channels: ["on-call", "team"] }],
  });
  return {
    flags,
    async [Symbol.asyncDispose]() {
      await works[Symbol.asyncDispose]();
      await fails[Symbol.asyncDispose]();
    },
  };
}

/** Something that goes on, something that is over, and a silence. */
export async function incidents(page: Page, server: ServerProcess): Promise<void> {
  const ping = (path: string) => fetch(`http://${server.httpAddress}/ping/${path}`);
  for (const id of ["batch-1", "batch-2"]) await ping(`${id}?interval=1h`);
  await pause(1_500);
  for (const id of ["batch-1", "batch-2"]) await ping(`${id}/fail`);
  await pause(2_000);
  for (const id of ["batch-1", "batch-2"]) await ping(`${id}?interval=1h`);
  await page.goto(`http://${server.httpAddress}/#/incidents`);
  await page.getByRole("button", { name: "New silence" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/id begins with/).fill("eu-west-1/");
  await dialog.getByLabel(/^Why/).fill("hosts are being replaced");
  await dialog.getByRole("button", { name: "Silence" }).click();
  await page.getByText("in force").waitFor();
  await page.locator(".alert.is-down summary").first().click();
  await page.getByText("given up").first().waitFor();
}
