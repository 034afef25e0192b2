import type { Instant } from "../clock.ts";
import type { Chronicle } from "./chronicle.ts";
import { type AgentColumns, Flag, type Slot, State, stateNames } from "./columns.ts";
import type { Detector } from "./detector.ts";
import { timeoutOf } from "./policy.ts";
import type { Standing } from "./standing.ts";
import type { TaskWatch } from "./tasks.ts";
import { TimingWheel } from "./wheel.ts";
import { span } from "./words.ts";

export interface DeadlineParts {
  readonly columns: AgentColumns;
  readonly chronicle: Chronicle;
  readonly standing: Standing;
  readonly tasks: TaskWatch;
  readonly detector: Detector;
  readonly retentionMs: number;
  readonly tickMs: number;
  /** An agent has been DOWN or LEFT for the retention time. */
  readonly onExpired: (slot: Slot, reason: string, now: Instant) => void;
}

/**
 * When each agent is looked at, and what is found then.
 *
 * An agent has one deadline at a time, a function of its state. A beat does not move it: when it comes
 * up, the agent is looked at, and put back at its true deadline if it has beaten since.
 */
export class Deadlines {
  readonly #columns: AgentColumns;
  readonly #chronicle: Chronicle;
  readonly #standing: Standing;
  readonly #tasks: TaskWatch;
  readonly #detector: Detector;
  readonly #retentionMs: number;
  readonly #onExpired: DeadlineParts["onExpired"];
  readonly #wheel: TimingWheel;

  constructor(parts: DeadlineParts, nowMs: number) {
    this.#columns = parts.columns;
    this.#chronicle = parts.chronicle;
    this.#standing = parts.standing;
    this.#tasks = parts.tasks;
    this.#detector = parts.detector;
    this.#retentionMs = parts.retentionMs;
    this.#onExpired = parts.onExpired;
    this.#wheel = new TimingWheel(parts.tickMs, nowMs);
  }

  /** Looks at everybody whose deadline has come. Costs what comes up, not what is registered. */
  advance(now: Instant): void {
    this.#wheel.advance(now.mono, (slot) => this.#comeUp(slot, now));
  }

  /** How the agent is judged has changed: it is looked at now, if a deadline of it runs. */
  review(slot: Slot, now: Instant): void {
    const state = this.#columns.state(slot);
    if (state === State.down || state === State.left) return;
    if (!this.#columns.has(slot, Flag.paused)) this.judge(slot, now);
  }

  /** The agent has no deadline any more. */
  cancel(slot: Slot): void {
    this.#wheel.cancel(slot);
  }

  /** The timer of an agent has come up. */
  #comeUp(slot: Slot, now: Instant): void {
    const state = this.#columns.state(slot);
    if (state === State.down || state === State.left) this.#expire(slot, now);
    else if (!this.#columns.has(slot, Flag.paused)) this.judge(slot, now);
    else if (now.mono < this.#columns.pausedUntil[slot]) this.arm(slot);
    else this.resume(slot, "the pause is over", now);
  }

  /** Counts what an agent has missed, tells it, and gives it up when it is enough. */
  judge(slot: Slot, now: Instant): void {
    const columns = this.#columns;
    const policy = columns.policy[slot];
    const missed = Math.min(this.missedBeats(slot, now), policy.maxMissedBeats);
    while (columns.missed[slot] < missed) this.#miss(slot, now);
    const verdict = this.#verdict(slot, now);
    if (verdict) this.giveUp(slot, verdict, now);
    else this.arm(slot);
  }

  /** Why an agent is to be given up; undefined while it is not. */
  #verdict(slot: Slot, now: Instant): string | undefined {
    const columns = this.#columns;
    const policy = columns.policy[slot];
    const silence = this.#silence(slot, now);
    const dropped = columns.has(slot, Flag.dropped);
    if (columns.missed[slot] >= policy.maxMissedBeats) {
      const how = dropped ? ", the first by its dropped stream" : "";
      const beats = policy.maxMissedBeats === 1 ? "beat" : "beats";
      return `missed ${policy.maxMissedBeats} ${beats}${how}; ${this.#heard(slot, now)}`;
    }
    if (silence >= timeoutOf(policy)) {
      return `silent for ${span(timeoutOf(policy))}; a beat is due every ${span(policy.intervalMs)}`;
    }
    if (dropped && now.mono >= columns.droppedAt[slot] + (policy.dropGraceMs ?? Infinity)) {
      const grace = span(policy.dropGraceMs ?? 0);
      return `not back ${grace} after its stream was dropped; ${this.#heard(slot, now)}`;
    }
    return undefined;
  }

  #heard(slot: Slot, now: Instant): string {
    return `last heard from ${span(now.mono - this.#columns.lastBeat(slot))} ago`;
  }

  /** One more missed beat. */
  #miss(slot: Slot, now: Instant): void {
    const columns = this.#columns;
    const missed = ++columns.missed[slot];
    const from = stateNames[columns.state(slot)];
    const reason =
      columns.has(slot, Flag.dropped) && missed === 1
        ? "its stream was dropped"
        : `no beat for ${span(this.#silence(slot, now))}; one is due every ${span(columns.policy[slot].intervalMs)}`;
    if (from === "suspect") {
      this.#chronicle.tell(slot, now, { type: "missed", reason });
      return;
    }
    this.#standing.enter(slot, State.suspect, reason, now);
    this.#chronicle.tell(slot, now, { type: "suspected", from, to: "suspect", reason });
  }

  /** The one place where an agent goes DOWN: mass-failure protection will hold it here. */
  giveUp(slot: Slot, reason: string, now: Instant): void {
    const columns = this.#columns;
    const from = stateNames[columns.state(slot)];
    this.#standing.rest(slot, Flag.paused, false, now);
    this.#standing.enter(slot, State.down, reason, now);
    const lastVitals = columns.vitals[slot];
    this.#chronicle.tell(slot, now, { type: "down", from, to: "down", reason, lastVitals });
    this.#tasks.orphanAll(slot, "its agent is down", now);
    this.arm(slot);
  }

  /** Ends a pause; false when there was none. */
  resume(slot: Slot, reason: string, now: Instant): boolean {
    const columns = this.#columns;
    if (!columns.has(slot, Flag.paused)) return false;
    this.#standing.rest(slot, Flag.paused, false, now);
    columns.restarted[slot] = now.mono;
    columns.missed[slot] = 0;
    columns.set(slot, Flag.dropped, false);
    const from = columns.state(slot);
    // The silence starts anew, so there is nothing left to suspect.
    if (from === State.suspect) this.#standing.enter(slot, State.alive, reason, now);
    const transition =
      from === State.suspect ? ({ from: "suspect", to: "alive" } as const) : undefined;
    this.#chronicle.tell(slot, now, { type: "resumed", transition, reason });
    this.arm(slot);
    return true;
  }

  /** Forgets an agent that was DOWN or LEFT for the retention time and has no stream open. */
  #expire(slot: Slot, now: Instant): void {
    const columns = this.#columns;
    const retentionMs = this.#retentionMs;
    const due = columns.stateSince[slot] + retentionMs;
    if (now.mono < due) return this.#wheel.schedule(slot, due);
    if (columns.has(slot, Flag.connected)) {
      return this.#wheel.schedule(slot, now.mono + retentionMs);
    }
    const state = stateNames[columns.state(slot)].toUpperCase();
    this.#onExpired(slot, `was ${state} for ${span(retentionMs)}`, now);
  }

  /** Sets an agent's one timer to its next deadline. */
  arm(slot: Slot): void {
    this.#wheel.schedule(slot, this.#nextDeadline(slot));
  }

  #nextDeadline(slot: Slot): number {
    const columns = this.#columns;
    const state = columns.state(slot);
    if (state === State.down || state === State.left) {
      return columns.stateSince[slot] + this.#retentionMs;
    }
    if (columns.has(slot, Flag.paused)) return columns.pausedUntil[slot];
    const policy = columns.policy[slot];
    const dropped = columns.has(slot, Flag.dropped);
    const missedBySilence = columns.missed[slot] - (dropped ? 1 : 0);
    const silentSince = Math.max(columns.lastBeat(slot), columns.restarted[slot]);
    return Math.min(
      silentSince + this.#detector.nextMissAt(slot, missedBySilence, policy),
      silentSince + timeoutOf(policy),
      dropped ? columns.droppedAt[slot] + (policy.dropGraceMs ?? Infinity) : Infinity,
    );
  }

  #silence(slot: Slot, now: Instant): number {
    return now.mono - Math.max(this.#columns.lastBeat(slot), this.#columns.restarted[slot]);
  }

  missedBeats(slot: Slot, now: Instant): number {
    const columns = this.#columns;
    const silence = this.#silence(slot, now);
    const bySilence = this.#detector.missedBeats(slot, silence, columns.policy[slot]);
    return bySilence + (columns.has(slot, Flag.dropped) ? 1 : 0);
  }
}
