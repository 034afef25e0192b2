import { isoTime } from "../../clock.ts";
import { span } from "../../monitor/words.ts";
import type { AlertMember, AlertSnapshot, Notice, Notification } from "../notification.ts";

/** What a message is, in a word or two for the beginning of a line. */
const titles: Readonly<Record<Notice, string>> = {
  firing: "FIRING",
  grown: "FIRING, MORE",
  repeat: "STILL FIRING",
  flapping: "FLAPPING",
  resolved: "RESOLVED",
  left_out: "LEFT OUT",
  test: "TEST",
};

export function titleOf({ notice }: Notification): string {
  return titles[notice];
}

/** What is known of an alert, as names and values. */
export function factsOf(alert: AlertSnapshot): readonly (readonly [string, string])[] {
  const { organizationId, kind, severity, startedAt, resolvedAt, id } = alert;
  const lasted = resolvedAt === undefined ? "" : ` after ${span(resolvedAt - startedAt)}`;
  return [
    ...(organizationId === undefined ? [] : [["organization", organizationId] as const]),
    ["kind", kind],
    ["severity", severity],
    ["since", isoTime(startedAt)],
    ...(resolvedAt === undefined ? [] : [["over", `${isoTime(resolvedAt)}${lasted}`] as const]),
    ["alert", id],
  ];
}

/** Whom an alert concerns, a line each, and of those beyond the bound their number. */
export function memberLines(alert: AlertSnapshot, most: number): readonly string[] {
  const named = alert.members.slice(0, most);
  const more = alert.memberCount - named.length;
  return [...named.map(memberLine), ...(more > 0 ? [`and ${more} more`] : [])];
}

function memberLine(member: AlertMember): string {
  const { agentId, agentType, taskId, reason, resolvedAt } = member;
  const type = agentType === "" ? "" : ` (${agentType})`;
  const task = taskId === "" ? "" : ` task ${taskId}`;
  const who = `${agentId}${type}${task}`.trim();
  const over = resolvedAt === undefined ? "" : `, well again at ${isoTime(resolvedAt)}`;
  return `${who === "" ? "" : `${who}: `}${reason}${over}`;
}

/** A text of at most so many UTF-16 units, cut between characters, with an ellipsis where it was cut. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = text.slice(0, most - 1);
  // Half of a pair is no character.
  return `${/[\ud800-\udbff]$/.test(end) ? end.slice(0, -1) : end}…`;
}

/** As HTML, and as Telegram and Slack have it: these three alone mean something. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
