import { type Alert, AlertState } from "../../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { plural } from "../../../src/cli/words.ts";
import { useAsking } from "../data/use-asking.ts";
import { usePage } from "../page.ts";
import { AlertRow } from "./alert-row.tsx";
import { mayAlert } from "./firing.ts";
import { Unanswered } from "./unanswered.tsx";

const ASKED_EVERY_MS = 2_000;
const SHOWN = 100;

/** What fires, what may, and what is over: the newest first. */
export function AlertList() {
  const { api, live, tokens } = usePage();
  const { answer } = useAsking(
    `alerts ${tokens.get()}`,
    ASKED_EVERY_MS,
    (options) =>
      api.alerts.listAlerts({ organizationId: live.organizationId, pageSize: SHOWN }, options),
    mayAlert,
  );
  if (answer.kind !== "known") return <Unanswered answer={answer} what="alerts" />;
  const { alerts, totalSize } = answer.value;
  const open = alerts.filter(({ state }) => state !== AlertState.RESOLVED);
  const over = alerts.filter(({ state }) => state === AlertState.RESOLVED);
  const others = Number(totalSize) - alerts.length;
  return (
    <>
      <Alerts title="Now" alerts={open} none="Nothing is wrong." />
      {over.length > 0 && <Alerts title="Lately" alerts={over} none="" />}
      {others > 0 && <p class="hint">{plural(others, "older alert")} not shown.</p>}
    </>
  );
}

interface AlertsProps {
  readonly title: string;
  readonly alerts: readonly Alert[];
  readonly none: string;
}

function Alerts({ title, alerts, none }: AlertsProps) {
  return (
    <section class="panel alerts" aria-label={`Alerts: ${title.toLowerCase()}`}>
      <h2>
        {title} <span class="hint">{alerts.length}</span>
      </h2>
      {alerts.length === 0 && <p class="hint">{none}</p>}
      <ul>
        {alerts.map((alert) => (
          <AlertRow key={alert.id} alert={alert} />
        ))}
      </ul>
    </section>
  );
}
