import {
  type Alert,
  type AlertMember,
  AlertState,
} from "../../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { Severity } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { plural } from "../../../src/cli/words.ts";
import { When } from "../ui/when.tsx";
import { agentHref } from "../view/route.ts";
import { alertStateText, hushText, kindText } from "./words.ts";

/** One cause: what it is, since when, who was told, and whom it concerns. */
export function AlertRow({ alert }: { alert: Alert }) {
  const hush = hushText(alert);
  return (
    <li class={`alert ${toneOf(alert)}`} data-alert={alert.id}>
      <p>
        <span class="alert-state">{alertStateText(alert)}</span>
        <strong>{alert.summary}</strong>
      </p>
      <p class="hint">
        {kindText(alert.kind)} · since <When at={alert.startedAt} />
        {alert.resolvedAt && (
          <>
            {" "}
            until <When at={alert.resolvedAt} />
          </>
        )}
        {" · "}
        <Told alert={alert} />
        {hush !== "" && <span class="alert-hush">{hush}</span>}
      </p>
      <Members alert={alert} />
    </li>
  );
}

function toneOf({ state, severity }: Alert): string {
  if (state === AlertState.RESOLVED) return "is-left";
  return severity === Severity.ERROR ? "is-down" : "is-suspect";
}

function Told({ alert: { toldAt, channels } }: { alert: Alert }) {
  if (channels.length === 0) return <>goes to no channel</>;
  if (toldAt === undefined) return <>not told yet, goes to {channels.join(", ")}</>;
  return (
    <>
      told <When at={toldAt} /> by {channels.join(", ")}
    </>
  );
}

function Members({ alert }: { alert: Alert }) {
  const { members, memberCount, openCount, organizationId } = alert;
  if (members.length === 0) return null;
  const well = memberCount - openCount;
  return (
    <details>
      <summary>
        concerns {memberCount.toLocaleString("en-US")}
        {well > 0 && `, ${well.toLocaleString("en-US")} well again`}
      </summary>
      <ul class="members">
        {members.map((member) => (
          <Member
            key={`${member.agentId} ${member.taskId}`}
            member={member}
            organizationId={organizationId}
          />
        ))}
      </ul>
      {memberCount > members.length && (
        <p class="hint">and {plural(memberCount - members.length, "other")}</p>
      )}
    </details>
  );
}

function Member({ member, organizationId }: { member: AlertMember; organizationId: string }) {
  const { agentId, taskId, agentType, reason, startedAt, resolvedAt } = member;
  return (
    <li>
      {agentId === "" ? (
        <span>the monitor</span>
      ) : (
        <a href={agentHref({ organizationId, agentId })}>{agentId}</a>
      )}
      {taskId !== "" && <span>task {taskId}</span>}
      {agentType !== "" && <span class="hint">{agentType}</span>}
      <span class="hint">
        since <When at={startedAt} />
        {resolvedAt && (
          <>
            {" "}
            until <When at={resolvedAt} />
          </>
        )}
      </span>
      {reason !== "" && <span class="member-reason">{reason}</span>}
    </li>
  );
}
