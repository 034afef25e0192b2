import { useAsking } from "../data/use-asking.ts";
import { AlertRow } from "../incidents/alert-row.tsx";
import { usePage } from "../page.ts";

const ASKED_EVERY_MS = 3_000;
const SHOWN = 20;

export interface AgentAlertsProps {
  readonly about: { readonly organizationId: string; readonly agentId: string };
}

/** What people were told of one agent. */
export function AgentAlerts({ about }: AgentAlertsProps) {
  const { api } = usePage();
  const { answer } = useAsking(
    `alerts of ${about.organizationId}/${about.agentId}`,
    ASKED_EVERY_MS,
    (options) => api.alerts.listAlerts({ ...about, pageSize: SHOWN }, options),
  );
  if (answer.kind !== "known" || answer.value.alerts.length === 0) return null;
  return (
    <section class="panel alerts" aria-label="Alerts that concern it">
      <h2>Alerts</h2>
      <ul>
        {answer.value.alerts.map((alert) => (
          <AlertRow key={alert.id} alert={alert} />
        ))}
      </ul>
    </section>
  );
}
