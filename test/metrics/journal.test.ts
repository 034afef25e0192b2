import { expect, it } from "vitest";
import { temporaryFolder } from "../project/support.ts";
import { eventually } from "../support/eventually.ts";
import { testServer } from "../support/server.ts";

it("commits of a journal on disk are timed, from the first one on", async () => {
  using folder = temporaryFolder();
  await using server = await testServer({ "data-dir": folder.path });
  const commits = async () => {
    const text = await (await fetch(`http://${server.httpAddress}/metrics`)).text();
    const [, count] = /^heartbeat_journal_commit_seconds_count (\d+)$/m.exec(text) ?? [];
    const [, sum] = /^heartbeat_journal_commit_seconds_sum (\S+)$/m.exec(text) ?? [];
    return { count: Number(count), sum: Number(sum) };
  };
  // MONITOR_STARTED is kept before the doors open.
  const before = await commits();
  expect(before.count).toBeGreaterThan(0);
  expect((await fetch(`http://${server.httpAddress}/ping/backup`)).status).toBe(200);
  await eventually("the agent is kept", async () => (await commits()).count > before.count);
  expect((await commits()).sum).toBeGreaterThan(0);
});
