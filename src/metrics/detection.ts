import type { Down, LivenessEvent } from "../events/event.ts";
import { Flag, type Slot } from "../monitor/columns.ts";
import { fixedDetector } from "../monitor/detector.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { timeoutOf } from "../monitor/policy.ts";

/** Measures how late the monitor is with DOWN: from the instant at which it was due. */
export class Detection {
  readonly #monitor: Monitor;
  /** Organizations whose agents go DOWN later than due, because protection holds them or has held them. */
  readonly #held = new Set<string>();

  constructor(monitor: Monitor) {
    this.#monitor = monitor;
  }

  /**
   * Hears of every event, in order and at once. Of a DOWN by a deadline it returns how late that was in
   * milliseconds; undefined where there was no deadline of the agent's own: a Goodbye with failed, a verdict
   * that was held, an agent that is awaited since a restart or whose silence began with the end of a pause.
   */
  hear(event: LivenessEvent): number | undefined {
    if (event.type === "protection_started") this.#held.add(event.organizationId);
    if (event.type === "protection_ended" && event.stillHeld === 0) {
      this.#held.delete(event.organizationId);
    }
    return event.type === "down" ? this.#lateness(event) : undefined;
  }

  #lateness(event: Down): number | undefined {
    const { organizationId, agentId, at } = event;
    if (this.#held.has(organizationId)) {
      this.#letGo(organizationId);
      return undefined;
    }
    const slot = this.#monitor.find(organizationId, agentId);
    if (slot === undefined) return undefined;
    const { restarted } = this.#monitor.columns;
    if (restarted[slot] > this.#monitor.columns.lastBeat(slot)) return undefined;
    const lateMs = at.mono - this.#dueAt(slot);
    return lateMs < 0 ? undefined : lateMs;
  }

  /** The last agent that was held is the last whose DOWN is late for the protection's sake. */
  #letGo(organizationId: string): void {
    const { protection } = this.#monitor;
    const busy = protection?.isActive(organizationId) || protection?.heldCount(organizationId);
    if (!busy) this.#held.delete(organizationId);
  }

  /** The first of the instants at which an agent is DOWN, see docs/semantics.md. */
  #dueAt(slot: Slot): number {
    const { columns } = this.#monitor;
    const policy = columns.policy[slot];
    const silentSince = columns.lastBeat(slot);
    const dropped = columns.has(slot, Flag.dropped);
    const droppedAt = dropped ? columns.droppedAt[slot] : Number.POSITIVE_INFINITY;
    const missesBySilence = policy.maxMissedBeats - (dropped ? 1 : 0);
    const lastMissAt =
      missesBySilence === 0
        ? droppedAt
        : silentSince + fixedDetector.nextMissAt(slot, missesBySilence - 1, policy);
    return Math.min(
      // A miss by silence that came before the drop counts once the stream has dropped, not before.
      dropped ? Math.max(droppedAt, lastMissAt) : lastMissAt,
      silentSince + timeoutOf(policy),
      droppedAt + (policy.dropGraceMs ?? Number.POSITIVE_INFINITY),
    );
  }
}
