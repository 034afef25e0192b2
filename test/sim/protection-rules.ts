import type { AgentEvent, LivenessEvent } from "../../src/events/event.ts";
import type { House } from "./house.ts";
import type { RecordRules } from "./record-rules.ts";
import type { SimServer } from "./server.ts";
import type { Verdicts } from "./verdicts.ts";

const SLACK_MS = 2_000;

/** One organization, as its events tell it. Instants are judging time. */
interface Watched {
  /** When each agent turned SUSPECT that still is. */
  readonly suspectSince: Map<string, number>;
  holdingSince: number | undefined;
  /** The end of the last hold, and how many it held then. */
  releasingSince: number | undefined;
  /** When agents went DOWN by a verdict, lately. */
  downs: number[];
  /** Whether somebody has turned SUSPECT since it was last looked at. */
  isNew: boolean;
}

/** Protection begins when it must, holds, ends, and releases slowly. */
export class ProtectionRules {
  readonly #verdicts: Verdicts;
  readonly #record: RecordRules;
  readonly #watched = new Map<string, Watched>();
  #server: SimServer | undefined;

  constructor(verdicts: Verdicts, record: RecordRules) {
    this.#verdicts = verdicts;
    this.#record = record;
  }

  watch(server: SimServer): void {
    this.#server = server;
  }

  /** A hold does not outlive the server: everybody is awaited anew. */
  restarted(_house: House): void {
    this.#watched.clear();
    this.#record.live.holding.clear();
  }

  ended(): void {}

  announced(event: LivenessEvent, now: number): void {
    if (event.type === "protection_started") {
      const watched = this.#of(event.organizationId);
      const { minAgents, share } = this.#server!.settings.protection!;
      this.#verdicts.demand(
        event.suspects >= minAgents && event.suspects >= share * event.watched - 1e-6,
        "protection",
        () => `it began with ${event.suspects} of ${event.watched}`,
      );
      this.#verdicts.demand(
        watched.holdingSince === undefined,
        "protection",
        () => "it began, and had begun already",
      );
      watched.holdingSince = now;
    } else if (event.type === "protection_ended") {
      const watched = this.#of(event.organizationId);
      this.#verdicts.demand(
        watched.holdingSince !== undefined,
        "protection",
        () => "it ended, and had not begun",
      );
      watched.holdingSince = undefined;
      watched.releasingSince = now;
      // Who fell silent during the hold is no evidence for the next one.
      watched.suspectSince.clear();
      watched.downs = [];
    }
  }

  decided(event: AgentEvent, now: number): void {
    const watched = this.#of(event.organizationId);
    if (event.type === "suspected") {
      watched.suspectSince.set(event.agentId, now);
      watched.isNew = true;
    } else if (event.type !== "missed" && event.type !== "dropped") {
      watched.suspectSince.delete(event.agentId);
    }
    if (event.type !== "down" || event.reason.startsWith("it reported")) return;
    this.#verdicts.demand(
      watched.holdingSince === undefined,
      "protection",
      () => `DOWN (${event.reason}) while DOWN was held`,
      `${event.organizationId}/${event.agentId}`,
    );
    if (/ was held for /.test(event.reason)) this.#released(event, watched, now);
  }

  /** Not faster than the rate: counted over a second, with what a tick may bring at once. */
  #released(event: AgentEvent, watched: Watched, now: number): void {
    const { releasePerSecond } = this.#server!.settings.protection!;
    watched.downs = watched.downs.filter((at) => now - at < 1_000);
    watched.downs.push(now);
    this.#verdicts.demand(
      watched.downs.length <= releasePerSecond * 1.2 + 2,
      "protection",
      () =>
        `${watched.downs.length} were released within a second; the rate is ${releasePerSecond}`,
      `${event.organizationId}/${event.agentId}`,
    );
  }

  look({ engine }: House, now: number): void {
    const policy = this.#server!.settings.protection;
    if (!policy) return;
    for (const [id, watched] of this.#watched) {
      if (watched.holdingSince !== undefined) {
        const heldMs = now - watched.holdingSince;
        this.#verdicts.demand(
          heldMs <= policy.holdMs + SLACK_MS,
          "protection",
          () => `${id} is held for ${Math.round(heldMs)} ms; the bound is ${policy.holdMs}`,
        );
        continue;
      }
      const held = engine.monitor.protection?.heldCount(id) ?? 0;
      if (watched.releasingSince !== undefined) {
        const known = engine.monitor.directory.count(id);
        const dueMs = (known / policy.releasePerSecond) * 1_000 + SLACK_MS;
        if (held === 0) watched.releasingSince = undefined;
        this.#verdicts.demand(
          held === 0 || now - watched.releasingSince! <= dueMs,
          "protection",
          () =>
            `${held} are still held ${Math.round(now - watched.releasingSince!)} ms after the end`,
        );
        continue;
      }
      this.#verdicts.demand(
        held === 0,
        "protection",
        () => `${held} of ${id} are held, and no hold was told`,
      );
      if (watched.isNew) this.#mustHaveBegun(id, watched, now);
      watched.isNew = false;
    }
  }

  /** So many have turned SUSPECT within the window, and still are, that a hold must have begun. */
  #mustHaveBegun(id: string, { suspectSince }: Watched, now: number): void {
    const { minAgents, share, windowMs } = this.#server!.settings.protection!;
    if (suspectSince.size < minAgents) return;
    let recent = 0;
    for (const since of suspectSince.values()) if (now - since < windowMs - 100) recent++;
    if (recent < minAgents) return;
    let watched = 0;
    for (const [key, { state }] of this.#record.live.agents) {
      if (!key.startsWith(`${id}/`)) continue;
      if (state === "alive" || state === "suspect") watched++;
    }
    // Those that were never alive, and those that are paused, do not count: some room for them.
    this.#verdicts.demand(
      recent < share * watched + 3,
      "protection",
      () => `${recent} of ${watched} turned SUSPECT within ${windowMs} ms, and DOWN is not held`,
    );
  }

  #of(id: string): Watched {
    const known = this.#watched.get(id);
    if (known) return known;
    const watched: Watched = {
      suspectSince: new Map(),
      holdingSince: undefined,
      releasingSince: undefined,
      downs: [],
      isNew: false,
    };
    this.#watched.set(id, watched);
    return watched;
  }
}
