import type {
  AlertMember,
  AlertSnapshot,
  Notice,
  Notification,
} from "../../../src/alerts/notification.ts";

/** 2026-01-01T00:00:00Z, where the fake clock begins. */
export const NOON = Date.UTC(2026, 0, 1);

export function member(agentId: string, rest: Partial<AlertMember> = {}): AlertMember {
  return {
    agentId,
    agentType: "worker",
    labels: {},
    taskId: "",
    reason: "its stream ended without a Goodbye",
    startedAt: NOON,
    resolvedAt: undefined,
    ...rest,
  };
}

export function alert(id: string, rest: Partial<AlertSnapshot> = {}): AlertSnapshot {
  const members = rest.members ?? [member("worker-7")];
  return {
    id,
    organizationId: "default",
    kind: "agent_down",
    severity: "error",
    state: "firing",
    summary: "worker-7 (type worker) of default is DOWN",
    startedAt: NOON,
    resolvedAt: undefined,
    members,
    memberCount: members.length,
    openCount: members.length,
    flapping: false,
    ...rest,
  };
}

export function message(id: string, notice: Notice = "firing", about = alert("alert-1")) {
  return { id, notice, at: NOON, summary: about.summary, alert: about } satisfies Notification;
}

/** A message about no alert. */
export function notice(id: string, kind: "left_out" | "test"): Notification {
  return { id, notice: kind, at: NOON, summary: "a summary", alert: undefined };
}

/** The end of {@link alert}: all of it is well again a minute later. */
export function over(firing: AlertSnapshot): AlertSnapshot {
  const resolvedAt = NOON + 60_000;
  const members = firing.members.map((one) => ({ ...one, resolvedAt }));
  return { ...firing, state: "resolved", resolvedAt, members, openCount: 0 };
}

/** Texts that would do something, if they were not shown as text. */
export const nasty = '<script>alert("&")</script> <!channel> <b>*bold*</b> \r\nBcc: x@example.org';
