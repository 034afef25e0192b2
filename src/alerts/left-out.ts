import { type Instant, isoTime } from "../clock.ts";
import type { LeftOut, Waiting } from "./delivery.ts";
import type { Notice } from "./notification.ts";

/**
 * One message instead of several to the same channel, which says how many they were and since when. Some
 * may already stand for others; what was attempted never changes under its name, so it gets another.
 */
export function joined(several: readonly Waiting[], order: number, now: Instant): Waiting {
  const newest = several[several.length - 1];
  const before = several.filter(({ leftOut }) => leftOut !== undefined);
  const unattempted = before.find(({ attempts }) => attempts === 0);
  const id = unattempted?.id ?? `left-out.${newest.id}`;
  const { channel } = newest;
  const leftOut = several.map(sumOf).reduce(add);
  const summary = sentence(leftOut, channel);
  // One that is tried again has its wait before it, however many join it.
  const tried = before.reduce((a, b) => (b.attempts > a.attempts ? b : a), before[0] ?? newest);
  const { attempts, lastError, nextAttemptAt } = tried;
  return {
    state: "waiting",
    id,
    channel,
    order,
    bytes: summary.length,
    createdAt: leftOut.since,
    attempts: before.length === 0 ? 0 : attempts,
    lastError,
    notification: { id, notice: "left_out", at: now.wall, summary, alert: undefined },
    triedFrom: now,
    nextAttemptAt,
    leftOut,
  };
}

function sumOf({ leftOut, notification, createdAt }: Waiting): LeftOut {
  const organizationId = notification.alert?.organizationId;
  const notices = { [notification.notice]: 1 };
  return leftOut ?? { count: 1, organizationId, since: createdAt, notices };
}

function add(a: LeftOut, b: LeftOut): LeftOut {
  const names = Object.keys({ ...a.notices, ...b.notices }) as Notice[];
  const sums = names.map((name) => [name, (a.notices[name] ?? 0) + (b.notices[name] ?? 0)]);
  return {
    count: a.count + b.count,
    organizationId: a.organizationId === b.organizationId ? a.organizationId : undefined,
    since: Math.min(a.since, b.since),
    notices: Object.fromEntries(sums),
  };
}

function sentence({ count, since, notices }: LeftOut, channel: string): string {
  const kinds = Object.entries(notices).map(([notice, number]) => `${number} ${notice}`);
  const messages = count === 1 ? "1 message was" : `${count} messages were`;
  return `${messages} left out since ${isoTime(since)} (${kinds.join(", ")}): ${channel} did not take them, and too many waited; see heartbeat alerts`;
}
