import type { Notification } from "../../src/alerts/notification.ts";
import { defaultAlertPolicy } from "../../src/alerts/routing.ts";
import { State } from "../../src/monitor/columns.ts";
import type { Platter } from "./disk.ts";
import type { House } from "./house.ts";
import type { Verdicts } from "./verdicts.ts";

/** A server that is alive looks at its alerts at each tick, and one that was held back a little later. */
const PROMPT_MS = 5_000;

/** What people are told: everything that is wrong, once, and not before it is kept. */
export class AlertRules {
  readonly #verdicts: Verdicts;
  /** By its name, what each message said when it first arrived. */
  readonly #messages = new Map<string, string>();
  /** By alert, what was last told of it. */
  readonly #told = new Map<string, Notification["notice"]>();

  constructor(verdicts: Verdicts) {
    this.#verdicts = verdicts;
  }

  /** A message has arrived at the other side; perhaps once more. */
  arrived(notification: Notification, platter: Platter): void {
    const { id, notice, summary, alert } = notification;
    const before = this.#messages.get(id);
    this.#messages.set(id, summary);
    if (before !== undefined) {
      const same = before === summary;
      this.#verdicts.demand(same, "alerts-once", () => `${id} says "${summary}" after "${before}"`);
      return;
    }
    this.#verdicts.demand(isKept(platter, id), "alerts-once", () => `${id} is told, and not kept`);
    const last = this.#told.get(alert?.id ?? "");
    const begins = notice === "firing" || notice === "flapping";
    const follows = last === undefined ? begins : last !== "resolved";
    // Nobody is told that it fires twice over, but that it comes and goes no more and stays.
    const again = notice === "firing" && last !== undefined && last !== "flapping";
    this.#verdicts.demand(
      follows && !again,
      "alerts-once",
      () => `${notice} of ${alert?.id} is told after ${last ?? "nothing"}`,
    );
    this.#told.set(alert?.id ?? "", notice);
  }

  /** Each agent that is DOWN is of one alert, and each alert that is due is told. */
  look({ engine, parts }: House): void {
    const { columns, directory } = engine.monitor;
    const { book } = parts.alerts;
    const nowMs = engine.now().mono;
    // What came due while the server before drained is told by the first ticks of this one.
    const hasRunMs = engine.clock.now().mono - engine.startedAt.mono;
    const members = new Map<string, number>();
    for (const alert of book.list()) {
      if (!alert.isOpen) continue;
      let oldestMs = nowMs;
      for (const { kind, organizationId, agentId, over, startedAt } of alert.open()) {
        oldestMs = Math.min(oldestMs, startedAt.mono);
        if (kind !== "agent_down" || over) continue;
        const key = `${organizationId}/${agentId}`;
        members.set(key, (members.get(key) ?? 0) + 1);
      }
      const late = nowMs - oldestMs - defaultAlertPolicy.delayMs;
      this.#verdicts.demand(
        alert.phase.name !== "pending" || Math.min(late, hasRunMs) < PROMPT_MS,
        "alerts-told",
        () => `${alert.id}, ${alert.summary()}, is due for ${late} ms and was not told`,
      );
    }
    for (const organizationId of directory.organizations()) {
      for (const slot of directory.slots(organizationId)) {
        const key = `${organizationId}/${columns.agentId[slot]}`;
        const count = members.get(key) ?? 0;
        const isDown = columns.state(slot) === State.down;
        members.delete(key);
        this.#verdicts.demand(
          count === (isDown ? 1 : 0),
          "alerts-told",
          () => `it is ${isDown ? "" : "not "}DOWN, and of ${count} alerts`,
          key,
        );
      }
    }
    const [gone] = members.keys();
    if (gone !== undefined) this.#verdicts.fail("alerts-told", "it is of an alert, and gone", gone);
  }

  /** The end of a history, with nothing wrong but agents: everything that was to be told has arrived. */
  emptied({ parts }: House): void {
    for (const { id, state, lastError } of parts.alerts.deliveries.list()) {
      const why = () => `${id} is ${state} at the end: ${lastError}`;
      this.#verdicts.demand(state === "delivered", "alerts-told", why);
    }
    for (const alert of parts.alerts.book.list()) {
      if (alert.toldChannels.length === 0) continue;
      const last = this.#told.get(alert.id);
      this.#verdicts.demand(
        last !== undefined && (last === "resolved") !== alert.isOpen,
        "alerts-told",
        () => `${alert.id} is ${alert.phase.name}, and last told was ${last ?? "nothing"}`,
      );
    }
  }
}

function isKept(platter: Platter, id: string): boolean {
  for (const page of platter.documents()) {
    for (const document of page) {
      if (document.collection === "deliveries" && document.id === id) return true;
    }
  }
  return false;
}
