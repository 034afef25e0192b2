import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { root, temporaryFolder } from "../project/support.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { Program } from "../support/process.ts";
import { describeWith } from "../support/programs.ts";
import { testServer } from "../support/server.ts";

const deployed = (file: string) => join(root, "deploy/prometheus", file);

describeWith("promtool", "what Prometheus is given", (promtool) => {
  const check = async (args: readonly string[], input?: string) => {
    const program = new Program(promtool, args, input === undefined ? {} : { input });
    const { code, stdout, stderr } = await program.done();
    expect(code, stdout + stderr).toBe(0);
    return stdout + stderr;
  };

  it("is a configuration and rules that it takes", async () => {
    await check(["check", "config", deployed("prometheus.yaml")]);
    await check(["check", "rules", deployed("alerts.yaml")]);
  });

  it("raises its alerts when it should", async () => {
    await check(["test", "rules", deployed("alerts.test.yaml")]);
  });

  it("is metrics that keep to its conventions", async () => {
    await using server = await testServer();
    const text = await (await fetch(`http://${server.httpAddress}/metrics?agents=1`)).text();
    expect(await check(["check", "metrics"], text)).toBe("");
  });
});

describeWith("prometheus", "a real Prometheus", (prometheus) => {
  it("scrapes a real server, and alerts when an agent is DOWN", async () => {
    await using server = await testServer();
    const port = await freePort();
    using folder = temporaryFolder();
    const config = join(folder.path, "prometheus.yaml");
    const interval = { scrape_interval: "200ms", evaluation_interval: "200ms" };
    const job = { job_name: "heartbeat", static_configs: [{ targets: [server.httpAddress] }] };
    const rule_files = [deployed("alerts.yaml")];
    writeFileSync(config, stringify({ global: interval, rule_files, scrape_configs: [job] }));
    await using running = new Program(prometheus, [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder.path, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
    const ask = async (path: string) => {
      expect(running.child.exitCode, running.stderr).toBeNull();
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`).catch(() => undefined);
      return answer?.ok ? ((await answer.json()) as { data: Answer }).data : undefined;
    };
    const value = async (query: string) => {
      const answer = await ask(`query?query=${encodeURIComponent(query)}`);
      return answer?.result?.[0]?.value[1];
    };
    await eventually(
      "it scrapes",
      async () => (await value('up{job="heartbeat"}')) === "1",
      20_000,
    );
    await fetch(`http://${server.httpAddress}/ping/backup`);
    const alive = 'heartbeat_agents{state="alive"}';
    await eventually("it sees the agent", async () => (await value(alive)) === "1");
    await fetch(`http://${server.httpAddress}/ping/backup/1`);
    const alert = await eventually("it alerts", async () =>
      (await ask("alerts"))?.alerts?.find(({ state }) => state === "firing"),
    );
    expect(alert.labels).toMatchObject({ alertname: "HeartbeatAgentsDown", severity: "critical" });
    expect(await value('heartbeat_events_total{type="down"}')).toBe("1");
  }, 60_000);
});

/** What is asked for of Prometheus's answers. */
interface Answer {
  readonly result?: readonly { readonly value: readonly [number, string] }[];
  readonly alerts?: readonly { readonly state: string; readonly labels: object }[];
}
