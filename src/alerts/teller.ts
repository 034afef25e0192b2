import type { Instant } from "../clock.ts";
import type { Alert } from "./alert.ts";
import type { Causes } from "./causes.ts";
import type { Outgoing } from "./delivering.ts";
import type { AlertKeeping } from "./keeping.ts";
import type { Notice } from "./notification.ts";
import type { Silences } from "./silences.ts";

export interface TellerParts {
  readonly causes: Causes;
  readonly silences: Silences;
  readonly keeping: AlertKeeping;
  readonly outgoing: Pick<Outgoing, "enqueue">;
}

/** Looks at each alert when its time has come, and says what is to be told of it. */
export class Teller {
  readonly #parts: TellerParts;
  /** When the first alert is to be looked at. Monotonic; rather too early than too late. */
  #dueMs = Number.POSITIVE_INFINITY;

  constructor(parts: TellerParts) {
    this.#parts = parts;
  }

  /** The alert has changed: it may be due sooner. */
  touch(alert: Alert): void {
    this.#dueMs = Math.min(this.#dueMs, alert.dueMs);
  }

  /** Other silences are in force: what they kept from being told may be due. */
  reconsider(now: Instant): void {
    for (const alert of this.#parts.causes.open) {
      alert.dueMs = Math.min(alert.dueMs, now.mono);
      this.touch(alert);
    }
  }

  /** Tells what is due. */
  advance(now: Instant): void {
    if (now.mono < this.#dueMs) return;
    this.#dueMs = Number.POSITIVE_INFINITY;
    for (const alert of this.#parts.causes.open) {
      if (alert.dueMs <= now.mono) this.#look(alert, now);
      this.touch(alert);
    }
  }

  /** All is well again: whoever was told that it was not is told. */
  resolve(alert: Alert, reason: string, now: Instant): void {
    alert.enter({ name: "resolved", at: now, reason });
    this.#parts.causes.end(alert, now);
    this.#send(alert, "resolved", alert.toldChannels, now);
  }

  #look(alert: Alert, now: Instant): void {
    const notice = alert.notice(now.mono);
    if (!notice) return alert.lookedAt(now.mono);
    const { silences, keeping } = this.#parts;
    if (!silences.overAll(alert.open())) return this.#tell(alert, notice, now);
    if (alert.phase.name === "pending") alert.enter({ name: "muted" });
    // Looked at again when other silences are in force.
    alert.dueMs = Number.POSITIVE_INFINITY;
    keeping.changed(alert);
  }

  #tell(alert: Alert, notice: Notice, now: Instant): void {
    const { lastNumber, route, toldChannels } = alert;
    alert.enter({ name: "told", upTo: lastNumber, lastMs: now.mono });
    alert.toldChannels = [...new Set([...toldChannels, ...route.channels])];
    this.#send(alert, notice, route.channels, now);
  }

  #send(alert: Alert, notice: Notice, channels: readonly string[], now: Instant): void {
    const { keeping, outgoing } = this.#parts;
    keeping.changed(alert);
    if (channels.length === 0) return;
    alert.toldAt = now.wall;
    const id = `${alert.id}-${++alert.notices}`;
    const snapshot = alert.snapshot();
    const { summary } = snapshot;
    const notification = { id, notice, at: now.wall, summary, alert: snapshot };
    for (const channel of channels) outgoing.enqueue(notification, channel, now);
  }
}
