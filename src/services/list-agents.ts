import type { Instant } from "../clock.ts";
import type { Slot } from "../monitor/columns.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { type AgentFilter, matchingAgents, organizationsOf } from "./agents.ts";
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

export interface AgentQuestion {
  readonly filter: AgentFilter;
  readonly order: Order;
}

/** One page of the agents that match. */
export function listAgents(
  monitor: Monitor,
  question: AgentQuestion,
  page: { readonly size: number; readonly token: string },
  now: Instant,
): AgentPage {
  const print = [{ ...question.filter, states: [...question.filter.states] }, question.order];
  const after = keyOf(print, page.token, ["number", "string", "string"]);
  // One more than the page holds tells whether there is a next one.
  const window = page.size + 1;
  const { slots: found, total } = wantsEverybody(question)
    ? windowOfAll(monitor, question.filter.organizationId, after, window)
    : windowOfMatching(monitor, question, after, window);
  const slots = fitting(found.slice(0, page.size), (slot) => agentBytes(monitor, slot, now));
  const last = slots.at(-1);
  const more = found.length > slots.length && last !== undefined;
  return {
    slots,
    nextPageToken: more ? pageToken(print, keyFor(monitor, last, question.order)) : "",
    total,
  };
}

interface Window {
  readonly slots: readonly Slot[];
  readonly total: number;
}

/** The usual question, whose answer costs its page and not the fleet. */
function wantsEverybody({ filter, order }: AgentQuestion): boolean {
  const narrowed = filter.states.size + filter.labels.length > 0;
  const named = filter.agentType !== "" || filter.idPrefix !== "";
  return order.name === "agent_id" && !order.descending && !narrowed && !named;
}

function windowOfAll(
  monitor: Monitor,
  organizationId: string | undefined,
  after: Key | undefined,
  size: number,
): Window {
  const { directory } = monitor;
  const [, afterOrganization = "", afterId = ""] = after ?? [];
  const slots: Slot[] = [];
  let total = 0;
  for (const organization of organizationsOf(monitor, organizationId)) {
    total += directory.count(organization);
    if (slots.length >= size || organization < afterOrganization) continue;
    const ids = directory.ids(organization);
    const begin = organization === afterOrganization ? bisect(ids, (id) => id > afterId) : 0;
    for (const id of ids.slice(begin, begin + size - slots.length)) {
      const slot = monitor.find(organization, id);
      if (slot !== undefined) slots.push(slot);
    }
  }
  return { slots, total };
}

function windowOfMatching(
  monitor: Monitor,
  { filter, order }: AgentQuestion,
  after: Key | undefined,
  size: number,
): Window {
  const ordered = inOrder(monitor, [...matchingAgents(monitor, filter)], order);
  const sign = order.descending ? -1 : 1;
  const begin = after
    ? bisect(ordered, (slot) => sign * compareKeys(keyFor(monitor, slot, order), after) > 0)
    : 0;
  return { slots: ordered.slice(begin, begin + size), total: ordered.length };
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

/** Where the first item is that is beyond, in a list whose items are so from some place on. */
function bisect<Item>(items: readonly Item[], isBeyond: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBeyond(items[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
