import { Severity } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { plural } from "../../../src/cli/words.ts";
import { usePage } from "../page.ts";
import { hrefOf } from "../view/route.ts";
import { hushText } from "./words.ts";

/** What fires now, in a line each: above the wall, where one looks first. */
export function FiringStrip() {
  const answer = usePage().firing.answer.value;
  if (answer.kind !== "known" || answer.value.alerts.length === 0) return null;
  const { alerts, totalSize } = answer.value;
  const others = Number(totalSize) - alerts.length;
  return (
    <section class="firing" aria-label="Alerts that fire now">
      <ul>
        {alerts.map((alert) => {
          const hush = hushText(alert);
          return (
            <li key={alert.id} class={alert.severity === Severity.ERROR ? "is-down" : "is-suspect"}>
              <strong>{alert.summary}</strong>
              {hush !== "" && <span class="alert-hush">{hush}</span>}
            </li>
          );
        })}
      </ul>
      <a href={hrefOf({ kind: "incidents" })}>
        {others > 0 ? `and ${plural(others, "other alert")}` : "Incidents"}
      </a>
    </section>
  );
}
