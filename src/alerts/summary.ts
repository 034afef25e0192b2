import { span } from "../monitor/words.ts";
import { type Group, type Member, reasonOf } from "./member.ts";
import type { AlertKind } from "./notification.ts";

/** What a summary is made of. */
export interface Summarized {
  readonly kind: AlertKind;
  /** Undefined when it is of the monitor itself. */
  readonly organizationId: string | undefined;
  readonly group: Group;
  readonly memberCount: number;
  readonly openCount: number;
  /** Those that are not well; of one that is over, and of a mass failure, all that are known. */
  readonly members: Iterable<Member>;
  /** Undefined while it is not over. */
  readonly over: { readonly reason: string; readonly afterMs: number } | undefined;
}

/** How many are named; of the rest it says how many they are. */
const NAMED = 3;

interface Words {
  readonly one: string;
  readonly many: string;
}

const lost = { one: "is no longer missed", many: "are no longer missed" };

/** What is wrong, and how it is when it is over. */
const words: Readonly<
  Record<Exclude<AlertKind, "monitor" | "mass_failure">, { now: Words; over: Words }>
> = {
  agent_down: {
    now: { one: "is DOWN", many: "are DOWN" },
    over: { one: "is DOWN no more", many: "are DOWN no more" },
  },
  agent_conflict: {
    now: { one: "is fought over by two processes", many: "are fought over by two processes each" },
    over: { one: "is fought over no more", many: "are fought over no more" },
  },
  task_stale: {
    now: { one: "stands still", many: "stand still" },
    over: { one: "stands still no more", many: "stand still no more" },
  },
  task_lost: { now: { one: "is lost", many: "are lost" }, over: lost },
  task_given_up: { now: { one: "is given up", many: "are given up" }, over: lost },
};

const flapping: Words = { one: "comes and goes", many: "come and go" };
const absent: Words = {
  one: "did not come back after the monitor was away",
  many: "did not come back after the monitor was away",
};

/** A sentence that says what is wrong, and names whom it concerns. */
export function summaryOf(alert: Summarized): string {
  const { kind, organizationId, group, over } = alert;
  if (kind === "monitor") return monitorSummary(alert);
  if (kind === "mass_failure") return massSummary(alert);
  const members = [...first(alert.members)];
  const count = over ? alert.memberCount : alert.openCount;
  const now = group === "flapping" ? flapping : group === "absence" ? absent : words[kind].now;
  const { one, many } = over ? words[kind].over : now;
  const after = over ? ` after ${span(over.afterMs)}` : "";
  const [only] = members;
  if (count === 1 && only) {
    const why = over ? over.reason : reasonOf(only);
    return `${single(only)} ${one}${after}: ${why}`;
  }
  const nouns = kind.startsWith("task") ? "tasks" : "agents";
  const names = list(members.map(nameOf), count);
  return `${count} ${nouns} of ${organizationId} ${many}${after}: ${names}`;
}

function monitorSummary({ members, over }: Summarized): string {
  const reasons = [...first(members)].map(({ reason }) => reason);
  const what = `the monitor itself: ${reasons.join("; ")}`;
  return over ? `${what}; quiet since, for ${span(over.afterMs)}` : what;
}

function massSummary({ organizationId, members, over }: Summarized): string {
  let begun: Member | undefined;
  let down = 0;
  const names: string[] = [];
  for (const member of members) {
    if (member.kind === "mass_failure") begun = member;
    else if (!member.resolvedAt && ++down <= NAMED) names.push(nameOf(member));
  }
  const what = `${organizationId}: ${begun?.reason ?? "many agents fell silent at once"}`;
  if (over) return `${what}; over after ${span(over.afterMs)}: ${over.reason}`;
  return down === 0 ? what : `${what}; DOWN by now: ${list(names, down)}`;
}

function single(member: Member): string {
  const type = member.agentType === "" ? "" : ` (type ${member.agentType})`;
  const agent = `${member.agentId}${type} of ${member.organizationId}`;
  return member.taskId === "" ? agent : `task ${member.taskId} of ${agent}`;
}

function nameOf({ agentId, taskId }: Member): string {
  return taskId === "" ? agentId : `${taskId} of ${agentId}`;
}

function list(names: readonly string[], count: number): string {
  const more = count - names.length;
  if (more > 0) return `${names.join(", ")} and ${more} more`;
  if (names.length < 2) return names.join();
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function* first(members: Iterable<Member>): Generator<Member> {
  let count = 0;
  for (const member of members) {
    yield member;
    if (++count === NAMED) return;
  }
}
