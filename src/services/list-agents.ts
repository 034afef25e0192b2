import type { Instant } from "../clock.ts";
import type { Slot } from "../monitor/columns.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { type AgentFilter, matchingAgents } from "./agents.ts";
import { compareKeys, fitting, type Key, keyOf, pageToken, taskBytes } from "./pages.ts";
import { invalid } from "./parse/fields.ts";

/** What ListAgents orders by, before organization and id, which always decide in the end. */
const orders = {
  agent_id: () => 0,
  state: (monitor: Monitor, slot: Slot) => monitor.columns.state(slot),
  last_beat: (monitor: Monitor, slot: Slot) => monitor.columns.lastBeat(slot),
  registered: (monitor: Monitor, slot: Slot) => monitor.columns.registeredWall[slot],
} as const;

type OrderName = keyof typeof orders;

export interface Order {
  readonly name: OrderName;
  readonly descending: boolean;
}

/** Reads "last_beat desc" and its like. */
export function orderOf(orderBy: string): Order {
  const [name = "", direction = "asc", ...rest] = orderBy.trim().split(/\s+/);
  const known =
    name === "" ? "agent_id" : (Object.keys(orders) as OrderName[]).find((n) => n === name);
  if (known && (direction === "asc" || direction === "desc") && rest.length === 0) {
    return { name: known, descending: direction === "desc" };
  }
  const limit = `${Object.keys(orders).join(", ")}, each also with " desc"`;
  throw invalid("order_by", JSON.stringify(orderBy), "is not an order", limit);
}

export interface AgentPage {
  readonly slots: readonly Slot[];
  readonly nextPageToken: string;
  readonly total: number;
}

/** One page of the agents that match. */
export function listAgents(
  monitor: Monitor,
  question: { readonly filter: AgentFilter; readonly order: Order },
  page: { readonly size: number; readonly token: string },
  now: Instant,
): AgentPage {
  const print = [{ ...question.filter, states: [...question.filter.states] }, question.order];
  const after = keyOf(print, page.token, ["number", "string", "string"]);
  const matching = [...matchingAgents(monitor, question.filter)];
  const ordered = inOrder(monitor, matching, question.order);
  const begin = after ? firstAfter(monitor, ordered, question.order, after) : 0;
  const asked = ordered.slice(begin, begin + page.size);
  const slots = fitting(asked, (slot) => agentBytes(monitor, slot, now));
  const last = slots.at(-1);
  const more = begin + slots.length < ordered.length && last !== undefined;
  return {
    slots,
    nextPageToken: more ? pageToken(print, keyFor(monitor, last, question.order)) : "",
    total: ordered.length,
  };
}

/** About what an agent takes, encoded: labels and tasks are what can make it large. */
function agentBytes(monitor: Monitor, slot: Slot, now: Instant): number {
  const labels = Object.keys(monitor.columns.labels[slot]).length * 600;
  const tasks = monitor.tasks.list(slot, now);
  return tasks.reduce((bytes, task) => bytes + taskBytes(task), 2_000 + labels);
}

function keyFor(monitor: Monitor, slot: Slot, order: Order): Key {
  const { organizationId, agentId } = monitor.columns;
  return [orders[order.name](monitor, slot), organizationId[slot], agentId[slot]];
}

/** `slots` comes in by organization and id, which is the usual order already. */
function inOrder(monitor: Monitor, slots: Slot[], order: Order): Slot[] {
  if (order.name === "agent_id") return order.descending ? slots.reverse() : slots;
  const keys = new Map(slots.map((slot) => [slot, keyFor(monitor, slot, order)] as const));
  const sign = order.descending ? -1 : 1;
  return slots.sort((a, b) => sign * compareKeys(keys.get(a) ?? [], keys.get(b) ?? []));
}

/** Where the page after a key begins: the first entry beyond it, by bisection. */
function firstAfter(monitor: Monitor, slots: readonly Slot[], order: Order, after: Key): number {
  const sign = order.descending ? -1 : 1;
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const beyond = sign * compareKeys(keyFor(monitor, slots[middle], order), after) > 0;
    if (beyond) high = middle;
    else low = middle + 1;
  }
  return low;
}
