import type { Instant } from "../clock.ts";
import { HeartbeatError } from "../errors.ts";
import type { AgentState, LivenessEvent, TaskSnapshot, Vitals } from "../events/event.ts";
import { Chronicle } from "./chronicle.ts";
import {
  AgentColumns,
  type ClientInfo,
  Flag,
  type Slot,
  State,
  type StateCode,
  stateNames,
} from "./columns.ts";
import { type Detector, fixedDetector } from "./detector.ts";
import { Directory } from "./directory.ts";
import { incarnationOf, SwapWatch } from "./incarnations.ts";
import {
  defaultPolicy,
  type LivenessPolicy,
  type PolicyPatch,
  PolicyPool,
  patched,
  timeoutOf,
} from "./policy.ts";
import { type TaskReport, TaskWatch } from "./tasks.ts";
import { type AgentView, viewOf } from "./view.ts";
import { TimingWheel } from "./wheel.ts";
import { span } from "./words.ts";

export interface MonitorOptions {
  /** For agents that declare nothing. */
  readonly policy?: LivenessPolicy;
  /** Agents that may be known at a time; one more is refused with agents_full. Default 1,000,000. */
  readonly maxAgents?: number;
  /** DOWN and LEFT agents are forgotten after this. Default: a day. */
  readonly retentionMs?: number;
  /** Resolution of deadlines. Default 10 ms. */
  readonly tickMs?: number;
  /** Start of the hash of ids: a secret number, where strangers choose the ids. Default: a known one. */
  readonly hashSeed?: number;
}

/** What an agent, or an operator for it, declares. */
export interface Declaration {
  readonly agentType: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly policy: PolicyPatch;
}

/** What a life of an agent says when it takes up the lease. */
export interface Hello {
  readonly organizationId: string;
  readonly agentId: string;
  /** Names the life; empty when it does not say. */
  readonly instanceId: string;
  /** The epoch that it believes to hold; 0 claims nothing. */
  readonly epoch: number;
  /** Whether it opens a stream, whose end is then a drop. */
  readonly stream: boolean;
  /** Undefined leaves everything as it was. */
  readonly declaration: Declaration | undefined;
  readonly client: ClientInfo | undefined;
}

/** What came of it. */
export interface Lease {
  readonly slot: Slot;
  readonly epoch: number;
  /** The same life came back. */
  readonly resumed: boolean;
  readonly policy: LivenessPolicy;
}

const DAY_MS = 86_400_000;

/**
 * Who lives. Pure and synchronous: time comes in with each call, events are taken out afterwards with
 * {@link takeEvents}; nothing is read, awaited or called back.
 *
 * Each agent has one deadline at a time, a function of its state. A beat does not move it: when it
 * comes up, the agent is looked at, and put back at its true deadline if it has beaten since.
 */
export class Monitor {
  readonly #options: Required<MonitorOptions>;
  readonly #columns = new AgentColumns();
  readonly #directory: Directory;
  readonly #chronicle = new Chronicle(this.#columns);
  readonly #deadlines: TimingWheel;
  readonly #tasks: TaskWatch;
  readonly #pool = new PolicyPool();
  readonly #swaps = new SwapWatch();
  readonly #detector: Detector = fixedDetector;
  /** Agents in each state, by code. */
  readonly #population = [0, 0, 0, 0, 0];
  /** The highest epoch of a name that was forgotten: no name begins at or below it. */
  #epochFloor = 0;
  #beatsTotal = 0;
  #dropsTotal = 0;

  constructor(now: Instant, options: MonitorOptions = {}) {
    this.#options = {
      policy: defaultPolicy,
      maxAgents: 1_000_000,
      retentionMs: DAY_MS,
      tickMs: 10,
      hashSeed: 0x811c9dc5,
      ...options,
    };
    const { tickMs, hashSeed } = this.#options;
    this.#directory = new Directory(this.#columns.agentId, hashSeed);
    this.#deadlines = new TimingWheel(tickMs, now.mono);
    this.#tasks = new TaskWatch(this.#columns, this.#chronicle, tickMs, now.mono);
  }

  // ---- what agents say ------------------------------------------------------------------------

  /**
   * A life takes up the lease: the first message of a stream, or a single beat that has something to
   * declare. It is a beat too. Throws epoch_old and agents_full.
   */
  attach(hello: Hello, now: Instant): Lease {
    const known = this.find(hello.organizationId, hello.agentId);
    const slot = known ?? this.#create(hello.organizationId, hello.agentId, now);
    const { kind, epoch } = incarnationOf(hello, {
      lived: this.#columns.beats(slot) > 0,
      instanceId: this.#columns.instanceId[slot],
      epoch: this.#columns.epoch[slot],
    });
    if (kind === "next") this.#beginLife(slot, epoch, hello, now);
    this.#columns.epoch[slot] = epoch;
    if (hello.instanceId !== "") this.#columns.instanceId[slot] = hello.instanceId;
    if (hello.declaration) this.#declare(slot, hello.declaration, false);
    if (hello.client) this.#columns.client[slot] = hello.client;
    this.#connect(slot, hello, kind === "resumed", now);
    return { slot, epoch, resumed: kind === "resumed", policy: this.#columns.policy[slot] };
  }

  /** A beat of an agent whose slot the caller holds: the hot path. */
  beat(slot: Slot, now: Instant): void {
    const columns = this.#columns;
    const gap = columns.beat(slot, now.mono);
    this.#beatsTotal++;
    this.#detector.observe(slot, gap);
    if (columns.state(slot) !== State.alive) this.#revive(slot, gap, now);
  }

  /**
   * News of a task. With `mayRepeat` the end of a task that has been told is not told again: an agent
   * that comes back repeats what was not acknowledged. Throws tasks_full.
   */
  reportTask(slot: Slot, report: TaskReport, now: Instant, mayRepeat = false): void {
    if (mayRepeat && this.#tasks.hasEnded(slot, report)) return;
    this.#tasks.report(slot, report, now);
  }

  /** Every task in flight of the agent has shown activity. */
  touchTasks(slot: Slot, now: Instant): void {
    this.#tasks.touchAll(slot, now);
  }

  /** Idle: it must still beat, but the thresholds of its tasks rest. */
  setIdle(slot: Slot, idle: boolean, now: Instant): void {
    this.#setResting(slot, Flag.idle, idle, now);
  }

  setVitals(slot: Slot, vitals: Vitals): void {
    this.#columns.vitals[slot] = vitals;
  }

  /** The stream ended without a Goodbye: one missed beat, at once. Ignored while paused. */
  drop(slot: Slot, now: Instant): void {
    const columns = this.#columns;
    columns.set(slot, Flag.connected, false);
    if (columns.has(slot, Flag.paused) || columns.state(slot) === State.left) return;
    this.#dropsTotal++;
    columns.set(slot, Flag.dropped, true);
    columns.droppedAt[slot] = now.mono;
    if (columns.state(slot) === State.down) {
      const reason = "the stream of an agent that was down already ended";
      this.#chronicle.tell(slot, now, { type: "dropped", reason });
      return;
    }
    const reason = "its stream ended without a Goodbye";
    const missedBeats = this.#missedBeats(slot, now);
    this.#chronicle.tell(slot, now, { type: "dropped", reason, missedBeats });
    this.#judge(slot, now);
  }

  /** The server ended the stream on purpose: no drop. The silence goes on. */
  detach(slot: Slot): void {
    this.#columns.set(slot, Flag.connected, false);
  }

  /** A Goodbye. With `failed` the agent tells its own death and is DOWN at once. */
  leave(
    slot: Slot,
    goodbye: { reason: string; failed: boolean; expectedBackInMs: number | undefined },
    now: Instant,
  ): void {
    if (goodbye.failed) {
      if (this.#columns.state(slot) === State.down) return;
      this.#giveUp(
        slot,
        `it reported its own failure: ${goodbye.reason || "no reason given"}`,
        now,
      );
    } else {
      const reason = goodbye.reason || "said goodbye";
      this.#retire(slot, reason, now, { ...goodbye, unregistered: false });
    }
  }

  // ---- what operators do ----------------------------------------------------------------------

  /** Expects an agent; for a known one renews what is declared. Throws agents_full. */
  register(organizationId: string, agentId: string, declaration: Declaration, now: Instant): Slot {
    const known = this.find(organizationId, agentId);
    const slot = known ?? this.#create(organizationId, agentId, now);
    this.#declare(
      slot,
      declaration,
      Object.values(declaration.policy).some((v) => v !== undefined),
    );
    if (this.#columns.state(slot) === State.left) {
      this.#columns.restarted[slot] = now.mono;
      this.#enter(slot, State.expected, "", now);
    }
    this.#arm(slot);
    return slot;
  }

  /** The agent has LEFT by an operator's word. */
  unregister(slot: Slot, reason: string, now: Instant): void {
    const fate = { unregistered: true, expectedBackInMs: undefined };
    this.#retire(slot, reason || "unregistered by an operator", now, fate);
  }

  /** Forgets an agent at once, in whatever state, without waiting for its retention. */
  remove(slot: Slot, reason: string, now: Instant): void {
    this.#deadlines.cancel(slot);
    this.#forget(slot, reason, now);
  }

  /** Deadlines rest until `untilMs` (monotonic). Throws agent_not_watched. */
  pause(slot: Slot, untilMs: number, reason: string, now: Instant): void {
    const state = this.#columns.state(slot);
    if (state === State.down || state === State.left) {
      throw new HeartbeatError("agent_not_watched", {
        field: "agent_id",
        value: JSON.stringify(this.#columns.agentId[slot]),
        problem: `is ${stateNames[state].toUpperCase()} and cannot be paused`,
      });
    }
    this.#setResting(slot, Flag.paused, true, now);
    this.#columns.pausedUntil[slot] = untilMs;
    this.#chronicle.tell(slot, now, {
      type: "paused",
      until: now.wall + untilMs - now.mono,
      reason: reason || "paused by an operator",
    });
    this.#arm(slot);
  }

  /** Ends a pause; false when there was none. */
  resume(slot: Slot, now: Instant, reason = "resumed by an operator"): boolean {
    const columns = this.#columns;
    if (!columns.has(slot, Flag.paused)) return false;
    this.#setResting(slot, Flag.paused, false, now);
    columns.restarted[slot] = now.mono;
    columns.missed[slot] = 0;
    columns.set(slot, Flag.dropped, false);
    const from = columns.state(slot);
    // The silence starts anew, so there is nothing left to suspect.
    if (from === State.suspect) this.#enter(slot, State.alive, reason, now);
    const transition =
      from === State.suspect ? ({ from: "suspect", to: "alive" } as const) : undefined;
    this.#chronicle.tell(slot, now, { type: "resumed", transition, reason });
    this.#arm(slot);
    return true;
  }

  /** Changes how an agent is judged; what it declares no longer counts. */
  updatePolicy(slot: Slot, patch: PolicyPatch, now: Instant): void {
    this.#setPolicy(slot, patched(this.#columns.policy[slot], patch));
    this.#columns.set(slot, Flag.policyFixed, true);
    const reason = "an operator changed the policy";
    this.#chronicle.tell(slot, now, { type: "policy_updated", reason });
    this.#tasks.rearm(slot, now);
    this.#comeUp(slot, now);
  }

  /** Ends a task by an operator's wish. Throws task_unknown and task_not_in_flight. */
  cancelTask(slot: Slot, taskId: string, reason: string, now: Instant): TaskSnapshot {
    return this.#tasks.cancel(slot, taskId, reason, now);
  }

  // ---- what time does -------------------------------------------------------------------------

  /** Judges everybody whose deadline has come. Costs what comes up, not what is registered. */
  advance(now: Instant): void {
    this.#deadlines.advance(now.mono, (slot) => this.#comeUp(slot, now));
    this.#tasks.advance(now);
  }

  // ---- what is asked --------------------------------------------------------------------------

  /** Whether there are events to take. */
  get hasEvents(): boolean {
    return !this.#chronicle.isEmpty;
  }

  /** The events since the last call, oldest first. */
  takeEvents(): LivenessEvent[] {
    return this.#chronicle.take();
  }

  find(organizationId: string, agentId: string): Slot | undefined {
    return this.#directory.find(organizationId, agentId);
  }

  /** One agent as it stands. */
  view(slot: Slot, now: Instant): AgentView {
    return viewOf(this.#columns, this.#tasks, this.#detector, slot, now);
  }

  policyOf(slot: Slot): LivenessPolicy {
    return this.#columns.policy[slot];
  }

  task(slot: Slot, taskId: string, now: Instant): TaskSnapshot | undefined {
    return this.#tasks.find(slot, taskId, now);
  }

  /** Agents and their columns, for lists. Not to be changed. */
  get directory(): Directory {
    return this.#directory;
  }
  get columns(): AgentColumns {
    return this.#columns;
  }
  get tasks(): TaskWatch {
    return this.#tasks;
  }
  get defaultPolicy(): LivenessPolicy {
    return this.#options.policy;
  }
  get beatsTotal(): number {
    return this.#beatsTotal;
  }
  get dropsTotal(): number {
    return this.#dropsTotal;
  }

  /** How many agents are in a state. */
  population(state: AgentState): number {
    return this.#population[State[state]];
  }

  // ---- lives ----------------------------------------------------------------------------------

  #create(organizationId: string, agentId: string, now: Instant): Slot {
    const { maxAgents, policy } = this.#options;
    if (this.#columns.size >= maxAgents) {
      throw new HeartbeatError("agents_full", {
        field: "agent_id",
        value: JSON.stringify(agentId),
        problem: "would be one agent too many",
        limit: String(maxAgents),
      });
    }
    const slot = this.#columns.take(organizationId, agentId, policy, now.mono);
    this.#directory.add(organizationId, agentId, slot);
    this.#columns.registeredWall[slot] = now.wall;
    this.#columns.epoch[slot] = this.#epochFloor;
    // A fresh slot reads as ALIVE, the zero of its column.
    this.#population[State.alive]++;
    this.#enter(slot, State.expected, "", now);
    this.#chronicle.tell(slot, now, { type: "registered", to: "expected", reason: "new agent" });
    this.#arm(slot);
    return slot;
  }

  /** Another life than the one that held the lease takes it up. */
  #beginLife(slot: Slot, epoch: number, hello: Hello, now: Instant): void {
    const columns = this.#columns;
    const oldInstanceId = columns.instanceId[slot];
    const heldByStream = columns.has(slot, Flag.connected);
    const namedHolder = columns.streams[slot] === 0 && oldInstanceId !== "";
    const heldByBeats = namedHolder && columns.state(slot) === State.alive;
    columns.epoch[slot] = epoch;
    columns.instanceId[slot] = hello.instanceId;
    columns.set(slot, Flag.connected, false);
    columns.vitals[slot] = undefined;
    this.#setResting(slot, Flag.idle, false, now);
    this.#tasks.orphanAll(slot, "another incarnation took the lease", now);
    this.#tasks.beginLife(slot);
    if (!heldByStream && !heldByBeats) return;
    this.#chronicle.tell(slot, now, {
      type: "superseded",
      oldInstanceId,
      instanceId: hello.instanceId,
      reason: "another incarnation took the lease while this one held it",
    });
    if (this.#swaps.record(slot, now)) {
      this.#chronicle.tell(slot, now, {
        type: "conflict",
        swaps: 3,
        reason: "two processes fight for this id: give each its own",
      });
    }
  }

  #connect(slot: Slot, hello: Hello, resumed: boolean, now: Instant): void {
    const columns = this.#columns;
    const from = stateNames[columns.state(slot)];
    const first = from === "expected" || from === "left";
    if (hello.stream) {
      columns.set(slot, Flag.connected, true);
      columns.streams[slot]++;
    }
    if (hello.stream || first) {
      if (first) this.#enter(slot, State.alive, "", now);
      this.#chronicle.tell(slot, now, {
        type: "connected",
        transition: first ? { from, to: "alive" } : undefined,
        instanceId: columns.instanceId[slot],
        resumed,
        stream: hello.stream,
        reason: hello.stream ? "opened a stream" : "sent its first beat",
        ...(first && { missedBeats: 0, silenceMs: 0 }),
      });
    }
    this.beat(slot, now);
    columns.set(slot, Flag.dropped, false);
    columns.missed[slot] = 0;
    this.#arm(slot);
  }

  /** A beat from an agent that was not ALIVE. */
  #revive(slot: Slot, silenceMs: number, now: Instant): void {
    const columns = this.#columns;
    const from = stateNames[columns.state(slot)];
    const reason = `it beats again after ${span(silenceMs)}`;
    columns.missed[slot] = 0;
    columns.set(slot, Flag.dropped, false);
    this.#enter(slot, State.alive, reason, now);
    this.#chronicle.tell(slot, now, {
      type: "recovered",
      from,
      to: "alive",
      reason,
      silenceMs,
    });
    this.#arm(slot);
  }

  #declare(slot: Slot, declaration: Declaration, byOperator: boolean): void {
    const columns = this.#columns;
    columns.agentType[slot] = declaration.agentType;
    columns.labels[slot] = declaration.labels;
    if (columns.has(slot, Flag.policyFixed) && !byOperator) return;
    this.#setPolicy(slot, patched(this.#options.policy, declaration.policy));
    columns.set(slot, Flag.policyFixed, byOperator);
  }

  #setPolicy(slot: Slot, policy: LivenessPolicy): void {
    this.#columns.policy[slot] = this.#pool.share(policy);
  }

  // ---- deadlines ------------------------------------------------------------------------------

  /** The timer of an agent has come up. */
  #comeUp(slot: Slot, now: Instant): void {
    const state = this.#columns.state(slot);
    if (state === State.down || state === State.left) this.#expire(slot, now);
    else if (!this.#columns.has(slot, Flag.paused)) this.#judge(slot, now);
    else if (now.mono < this.#columns.pausedUntil[slot]) this.#arm(slot);
    else this.resume(slot, now, "the pause is over");
  }

  /** Counts what an agent has missed, tells it, and gives it up when it is enough. */
  #judge(slot: Slot, now: Instant): void {
    const columns = this.#columns;
    const policy = columns.policy[slot];
    const missed = Math.min(this.#missedBeats(slot, now), policy.maxMissedBeats);
    while (columns.missed[slot] < missed) this.#miss(slot, now);
    const verdict = this.#verdict(slot, now);
    if (verdict) this.#giveUp(slot, verdict, now);
    else this.#arm(slot);
  }

  /** Why an agent is to be given up; undefined while it is not. */
  #verdict(slot: Slot, now: Instant): string | undefined {
    const columns = this.#columns;
    const policy = columns.policy[slot];
    const silence = this.#silence(slot, now);
    const heard = `last heard from ${span(now.mono - columns.lastBeat(slot))} ago`;
    const dropped = columns.has(slot, Flag.dropped);
    if (columns.missed[slot] >= policy.maxMissedBeats) {
      const how = dropped ? ", one of them a dropped stream" : "";
      return `missed ${policy.maxMissedBeats} beats${how}; ${heard}`;
    }
    if (silence >= timeoutOf(policy)) {
      return `silent for ${span(timeoutOf(policy))}; a beat is due every ${span(policy.intervalMs)}`;
    }
    if (dropped && now.mono >= columns.droppedAt[slot] + (policy.dropGraceMs ?? Infinity)) {
      return `not back ${span(policy.dropGraceMs ?? 0)} after its stream was dropped; ${heard}`;
    }
    return undefined;
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
    this.#enter(slot, State.suspect, reason, now);
    this.#chronicle.tell(slot, now, { type: "suspected", from, to: "suspect", reason });
  }

  /** The one place where an agent goes DOWN: mass-failure protection will hold it here. */
  #giveUp(slot: Slot, reason: string, now: Instant): void {
    const columns = this.#columns;
    const from = stateNames[columns.state(slot)];
    this.#setResting(slot, Flag.paused, false, now);
    this.#enter(slot, State.down, reason, now);
    const lastVitals = columns.vitals[slot];
    this.#chronicle.tell(slot, now, { type: "down", from, to: "down", reason, lastVitals });
    this.#tasks.orphanAll(slot, "its agent is down", now);
    this.#arm(slot);
  }

  #retire(
    slot: Slot,
    reason: string,
    now: Instant,
    fate: { unregistered: boolean; expectedBackInMs: number | undefined },
  ): void {
    const from = stateNames[this.#columns.state(slot)];
    if (from === "left") return;
    this.detach(slot);
    this.#setResting(slot, Flag.paused, false, now);
    this.#columns.missed[slot] = 0;
    this.#columns.set(slot, Flag.dropped, false);
    this.#enter(slot, State.left, reason, now);
    const { unregistered, expectedBackInMs } = fate;
    this.#chronicle.tell(slot, now, {
      type: "left",
      from,
      to: "left",
      reason,
      unregistered,
      expectedBackInMs,
    });
    this.#tasks.orphanAll(slot, "its agent left", now);
    this.#arm(slot);
  }

  /** Forgets an agent that was DOWN or LEFT for the retention time and has no stream open. */
  #expire(slot: Slot, now: Instant): void {
    const columns = this.#columns;
    const { retentionMs } = this.#options;
    const due = columns.stateSince[slot] + retentionMs;
    if (now.mono < due) return this.#deadlines.schedule(slot, due);
    if (columns.has(slot, Flag.connected)) {
      return this.#deadlines.schedule(slot, now.mono + retentionMs);
    }
    const state = stateNames[columns.state(slot)].toUpperCase();
    this.#forget(slot, `was ${state} for ${span(retentionMs)}`, now);
  }

  #forget(slot: Slot, reason: string, now: Instant): void {
    const columns = this.#columns;
    this.#chronicle.tell(slot, now, { type: "removed", reason });
    this.#epochFloor = Math.max(this.#epochFloor, columns.epoch[slot]);
    this.#population[columns.state(slot)]--;
    this.#tasks.forget(slot);
    this.#swaps.forget(slot);
    this.#detector.forget(slot);
    this.#directory.remove(columns.organizationId[slot], columns.agentId[slot]);
    columns.release(slot);
  }

  /** Sets an agent's one timer to its next deadline. */
  #arm(slot: Slot): void {
    this.#deadlines.schedule(slot, this.#nextDeadline(slot));
  }

  #nextDeadline(slot: Slot): number {
    const columns = this.#columns;
    const state = columns.state(slot);
    if (state === State.down || state === State.left) {
      return columns.stateSince[slot] + this.#options.retentionMs;
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

  #missedBeats(slot: Slot, now: Instant): number {
    const columns = this.#columns;
    const silence = this.#silence(slot, now);
    const bySilence = this.#detector.missedBeats(slot, silence, columns.policy[slot]);
    return bySilence + (columns.has(slot, Flag.dropped) ? 1 : 0);
  }

  // ---- state ----------------------------------------------------------------------------------

  /** The one place where an agent's state changes. */
  #enter(slot: Slot, state: StateCode, reason: string, now: Instant): void {
    const columns = this.#columns;
    this.#population[columns.state(slot)]--;
    this.#population[state]++;
    columns.setState(slot, state);
    columns.reason[slot] = reason;
    columns.stateSince[slot] = now.mono;
    columns.stateSinceWall[slot] = now.wall;
  }

  /** Idle and paused agents' tasks rest; the rest ends when neither holds. */
  #setResting(slot: Slot, flag: number, on: boolean, now: Instant): void {
    const columns = this.#columns;
    const rested = columns.has(slot, Flag.idle | Flag.paused);
    columns.set(slot, flag, on);
    const rests = columns.has(slot, Flag.idle | Flag.paused);
    if (rests === rested) return;
    if (rests) {
      columns.restSince[slot] = now.mono;
      this.#tasks.rest(slot);
    } else {
      this.#tasks.wake(slot, columns.restSince[slot], now);
    }
  }
}
