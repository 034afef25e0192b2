import type { Instant } from "../clock.ts";
import type { Down } from "../events/event.ts";
import type { Chronicle } from "./chronicle.ts";
import { type AgentColumns, Flag, type Slot, State, stateNames } from "./columns.ts";
import type { Detector } from "./detector.ts";
import { timeoutOf } from "./policy.ts";
import type { Protection } from "./protection.ts";
import { Returns } from "./returns.ts";
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
  /** Undefined when nobody is to be held from DOWN. */
  readonly protection: Protection | undefined;
  readonly retentionMs: number;
  /** The least time that an awaited agent has. */
  readonly awaitMs: number;
  readonly tickMs: number;
  /** An agent has been DOWN or LEFT for the retention time. */
  readonly onExpired: (slot: Slot, reason: string, now: Instant) => void;
}

/**
 * By how much the patience with awaited agents differs, how it is spread over them, and how long after it
 * they are given up.
 */
const SPREAD = 0.1;
const GOLDEN = 0.618_033_988_749_895;
/** While others come back in numbers they have this many times as long. */
const LONGEST_PATIENCE = 4;

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
  readonly #protection: Protection | undefined;
  readonly #retentionMs: number;
  readonly #awaitMs: number;
  readonly #onExpired: DeadlineParts["onExpired"];
  readonly #wheel: TimingWheel;
  readonly #returns = new Returns();
  /** Awaited agents are in slots below this one. */
  #mayBeAwaited = 0;

  constructor(parts: DeadlineParts, nowMs: number) {
    this.#columns = parts.columns;
    this.#chronicle = parts.chronicle;
    this.#standing = parts.standing;
    this.#tasks = parts.tasks;
    this.#detector = parts.detector;
    this.#protection = parts.protection;
    this.#retentionMs = parts.retentionMs;
    this.#awaitMs = parts.awaitMs;
    this.#onExpired = parts.onExpired;
    this.#wheel = new TimingWheel(parts.tickMs, nowMs);
  }

  /**
   * Looks at everybody whose deadline has come, at most `limit` of them; false when there are more. Costs
   * what comes up, not what is registered.
   */
  advance(now: Instant, limit: number): boolean {
    return this.#wheel.advance(now.mono, (slot) => this.#comeUp(slot, now), limit);
  }

  /**
   * The agent was alive when the monitor went away, or when its stream broke by the monitor's fault. It
   * has its whole timeout to be heard from, and the time that agents need to find the monitor again.
   */
  await(slot: Slot, now: Instant): void {
    const columns = this.#columns;
    columns.set(slot, Flag.awaited, true);
    columns.set(slot, Flag.overdue | Flag.dropped, false);
    this.#mayBeAwaited = Math.max(this.#mayBeAwaited, slot + 1);
    // A beat of this very millisecond came before: only a later one has been heard.
    columns.restarted[slot] = now.mono + 1;
    this.arm(slot);
  }

  /** The agent was heard from: if it was awaited, it is back. */
  heard(slot: Slot, now: Instant): void {
    const columns = this.#columns;
    if (columns.has(slot, Flag.awaited)) this.#returns.add(now.mono);
    columns.set(slot, Flag.awaited | Flag.overdue, false);
  }

  /** How many agents are awaited. Looks at all of them while there may be any. */
  awaitedCount(): number {
    if (this.#mayBeAwaited === 0) return 0;
    let count = 0;
    for (let slot = 0; slot < this.#mayBeAwaited; slot++) {
      if (this.#columns.isAwaited(slot) && !this.#columns.has(slot, Flag.paused)) count++;
    }
    if (count === 0) this.#mayBeAwaited = 0;
    return count;
  }

  /** How the agent is judged has changed: it is looked at now, if a deadline of it runs. */
  review(slot: Slot, now: Instant): void {
    const state = this.#columns.state(slot);
    if (state === State.down || state === State.left) return;
    // It was silent by the old policy, and beats by the new one only once it has been told.
    if (state === State.alive) this.#beginSilence(slot, now);
    if (!this.#columns.has(slot, Flag.paused)) this.judge(slot, now);
  }

  /** The silence counts from now on. */
  #beginSilence(slot: Slot, now: Instant): void {
    const columns = this.#columns;
    // Who has been heard from is not awaited again.
    if (!columns.isAwaited(slot)) columns.set(slot, Flag.awaited | Flag.overdue, false);
    columns.restarted[slot] = now.mono;
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
    const awaited = columns.isAwaited(slot);
    if (awaited && now.mono < this.#nextDeadline(slot)) return this.arm(slot);
    if (awaited && this.#outwaits(slot, now)) return;
    if (awaited && !columns.has(slot, Flag.overdue)) return this.#suspectAwaited(slot, now);
    columns.set(slot, Flag.awaited | Flag.overdue, false);
    const policy = columns.policy[slot];
    const missed = Math.min(this.missedBeats(slot, now), policy.maxMissedBeats);
    while (columns.missed[slot] < missed) this.#miss(slot, now);
    const verdict = awaited ? this.#notBack(slot, now) : this.#verdict(slot, now);
    if (verdict) return this.#condemn(slot, verdict, now, awaited ? "absence" : undefined);
    this.#protection?.letGo(slot);
    this.arm(slot);
  }

  /**
   * An awaited agent was not heard from in its time. It is given up a little later: were it at once, the
   * first would be DOWN before it shows how many they are.
   */
  #suspectAwaited(slot: Slot, now: Instant): void {
    const columns = this.#columns;
    columns.set(slot, Flag.overdue, true);
    if (columns.state(slot) === State.suspect) {
      this.#protection?.suspected(slot, now);
    } else {
      columns.missed[slot] = 1;
      this.#suspect(slot, this.#notBack(slot, now), now);
    }
    this.#wheel.schedule(slot, now.mono + Math.ceil(SPREAD * this.#patienceMs(slot)));
  }

  /** The agent is to be given up by a verdict, which mass-failure protection may hold. */
  #condemn(slot: Slot, verdict: string, now: Instant, after: Down["after"]): void {
    // A timeout shorter than interval and grace: it has missed no beat, and is one of many all the same.
    const unsuspected = this.#columns.state(slot) !== State.suspect;
    if (this.#protection && unsuspected) this.#suspect(slot, verdict, now);
    if (this.#protection?.hold(slot, now)) this.cancel(slot);
    else this.giveUp(slot, verdict, now, after);
  }

  /** An agent that was held is given up after all, unless it is judged otherwise by now. */
  release(slot: Slot, heldMs: number, now: Instant): void {
    const verdict = this.#verdict(slot, now);
    if (!verdict) return this.arm(slot);
    const held = `DOWN was held for ${span(heldMs)} while many were silent`;
    this.giveUp(slot, `${verdict}; ${held}`, now, "hold");
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

  /** While others come back in numbers an awaited agent is not given up, within a bound. */
  #outwaits(slot: Slot, now: Instant): boolean {
    const until = this.#returns.stormUntil();
    const bound = this.#columns.restarted[slot] + LONGEST_PATIENCE * this.#patienceMs(slot);
    if (until <= now.mono || bound <= now.mono) return false;
    this.#wheel.schedule(slot, Math.min(until, bound));
    return true;
  }

  /** How long an awaited agent has at least. */
  #patienceMs(slot: Slot): number {
    return Math.max(timeoutOf(this.#columns.policy[slot]), this.#awaitMs);
  }

  #notBack(slot: Slot, now: Instant): string {
    return `not heard from since the monitor is back, for ${span(this.#silence(slot, now))}`;
  }

  #heard(slot: Slot, now: Instant): string {
    return `last heard from ${span(now.mono - this.#columns.lastBeat(slot))} ago`;
  }

  /** One more missed beat. */
  #miss(slot: Slot, now: Instant): void {
    const columns = this.#columns;
    const missed = ++columns.missed[slot];
    const reason =
      columns.has(slot, Flag.dropped) && missed === 1
        ? "its stream was dropped"
        : `no beat for ${span(this.#silence(slot, now))}; one is due every ${span(columns.policy[slot].intervalMs)}`;
    if (columns.state(slot) !== State.suspect) return this.#suspect(slot, reason, now);
    this.#chronicle.tell(slot, now, { type: "missed", reason });
  }

  #suspect(slot: Slot, reason: string, now: Instant): void {
    const from = stateNames[this.#columns.state(slot)];
    this.#standing.enter(slot, State.suspect, reason, now);
    this.#chronicle.tell(slot, now, { type: "suspected", from, to: "suspect", reason });
    this.#protection?.suspected(slot, now);
  }

  /** The one place where an agent goes DOWN: by its own word, or by a verdict that is not held. */
  giveUp(slot: Slot, reason: string, now: Instant, after?: Down["after"]): void {
    const columns = this.#columns;
    const from = stateNames[columns.state(slot)];
    this.#standing.rest(slot, Flag.paused, false, now);
    this.#standing.enter(slot, State.down, reason, now);
    const lastVitals = columns.vitals[slot];
    const cause = after && { after };
    this.#chronicle.tell(slot, now, {
      type: "down",
      from,
      to: "down",
      reason,
      lastVitals,
      ...cause,
    });
    this.#tasks.orphanAll(slot, "its agent is down", now);
    this.arm(slot);
  }

  /** Ends a pause; false when there was none. */
  resume(slot: Slot, reason: string, now: Instant): boolean {
    const columns = this.#columns;
    if (!columns.has(slot, Flag.paused)) return false;
    this.#standing.rest(slot, Flag.paused, false, now);
    this.#beginSilence(slot, now);
    columns.missed[slot] = 0;
    columns.set(slot, Flag.dropped, false);
    const from = columns.state(slot);
    // The silence starts anew, so there is nothing left to suspect.
    if (from === State.suspect) this.#standing.enter(slot, State.alive, reason, now);
    const transition =
      from === State.suspect ? ({ from: "suspect", to: "alive" } as const) : undefined;
    this.#chronicle.tell(slot, now, { type: "resumed", transition, reason });
    if (columns.isAwaited(slot)) this.await(slot, now);
    else this.arm(slot);
    return true;
  }

  /**
   * Forgets an agent that was DOWN or LEFT for the retention time, has no stream open, and no task that waits
   * for another agent.
   */
  #expire(slot: Slot, now: Instant): void {
    const columns = this.#columns;
    const retentionMs = this.#retentionMs;
    const due = columns.stateSince[slot] + retentionMs;
    if (now.mono < due) return this.#wheel.schedule(slot, due);
    if (columns.has(slot, Flag.connected) || this.#tasks.hasWaiting(slot)) {
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
    if (columns.isAwaited(slot)) {
      // Spread, so that those who do not come back are not all told at once.
      const patienceMs = this.#patienceMs(slot);
      return silentSince + Math.ceil(patienceMs * (1 + SPREAD * ((slot * GOLDEN) % 1)));
    }
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
