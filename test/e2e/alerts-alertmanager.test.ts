import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { temporaryFolder } from "../project/support.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { Program, patientAgent, serve } from "../support/process.ts";
import { describeWith } from "../support/programs.ts";
import { alertsFile } from "./support/alerting.ts";
import { View } from "./support/view.ts";

/** What is used of Alertmanager's answers. */
interface ShownAlert {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly status: { readonly state: string };
}

describeWith("prometheus-alertmanager", "a real Alertmanager", (alertmanager) => {
  it("shows a killed agent, and that it is back", async () => {
    using folder = temporaryFolder();
    const config = join(folder.path, "alertmanager.yaml");
    const route = { receiver: "nobody", group_wait: "1s", group_interval: "1s" };
    writeFileSync(config, stringify({ route, receivers: [{ name: "nobody" }] }));
    const url = `http://127.0.0.1:${await freePort()}`;
    await using running = new Program(alertmanager, [
      `--config.file=${config}`,
      `--storage.path=${join(folder.path, "data")}`,
      `--web.listen-address=${new URL(url).host}`,
      "--cluster.listen-address=",
    ]);
    const shown = async () => {
      expect(running.child.exitCode, running.stderr).toBeNull();
      const answer = await fetch(`${url}/api/v2/alerts`).catch(() => undefined);
      return answer?.ok ? ((await answer.json()) as ShownAlert[]) : undefined;
    };
    await eventually("it listens", async () => (await shown())?.length === 0, 20_000);

    const alerts = alertsFile(folder.path, {
      channels: { manager: { kind: "alertmanager", url } },
      policy: { delay: "0s" },
      routes: [{ match: { kinds: ["agent_down"] }, channels: ["manager"] }],
    });
    await using server = await serve(alerts);
    using view = new View(server);
    const dying = patientAgent(server.grpcAddress, "worker-7");
    await view.beatsOn("worker-7");
    await dying[Symbol.asyncDispose]();
    const alert = await eventually("it is shown", async () => (await shown())?.[0], 30_000);
    expect(alert).toMatchObject({
      labels: {
        alertname: "HeartbeatAgentDown",
        organization: "default",
        agent_id: "worker-7",
        severity: "error",
        kind: "agent_down",
      },
      annotations: { summary: expect.stringContaining("worker-7") },
      status: { state: "active" },
    });
    // Alertmanager would forget it then; a minute later it is told again.
    expect(Date.parse(alert.endsAt) - Date.now()).toBeGreaterThan(4 * 60_000);

    await using _again = patientAgent(server.grpcAddress, "worker-7");
    // What is over is not among the alerts that it answers with.
    await eventually("it is resolved", async () => (await shown())?.length === 0, 20_000);
    expect(await (await fetch(`http://${server.httpAddress}/metrics`)).text()).toContain(
      'heartbeat_alert_deliveries_total{channel="manager"} 2',
    );
  }, 90_000);
});
