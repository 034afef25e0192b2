import type { Instant } from "../clock.ts";
import { HeartbeatError } from "../errors.ts";
import type { AgentState, LivenessEvent, TaskSnapshot, Vitals } from "../events/event.ts";
import { Aftermath } from "./aftermath.ts";
import { Changes } from "./changes.ts";
import { Chronicle } from "./chronicle.ts";
import { AgentColumns, Flag, type Slot, State, stateNames } from "./columns.ts";
import { Deadlines } from "./deadlines.ts";
import { Declarations } from "./declarations.ts";
import { type Detector, fixedDetector } from "./detector.ts";
import { Directory } from "./directory.ts";
import { EpochFloor } from "./epoch-floor.ts";
import { Keeping } from "./keeping.ts";
import type { Declaration, Hello, Lease, Parting } from "./lease.ts";
import { Lives } from "./lives.ts";
import { defaultPolicy, type LivenessPolicy, type PolicyPatch } from "./policy.ts";
import { Protection, type ProtectionPolicy } from "./protection.ts";
import { Standing } from "./standing.ts";
import type { TaskReport } from "./task.ts";
import type { Outdated } from "./task-news.ts";
import { TaskWatch } from "./tasks.ts";
import { type AgentView, viewOf } from "./view.ts";
import { span } from "./words.ts";

export interface MonitorOptions {
  /** For agents that declare nothing. */
  readonly policy?: LivenessPolicy;
  /** Agents that may be known at a time; one more is refused with agents_full. Default 1,000,000. */
  readonly maxAgents?: number;
  /** DOWN and LEFT agents are forgotten after this. Default: a day. */
  readonly retentionMs?: number;
  /** The least time that an agent has to be heard from after a restart. Default: half a minute. */
  readonly restartGraceMs?: number;
  /** Whether `keeping` gathers what has changed for somebody who takes it. Default: false. */
  readonly keepsChanges?: boolean;
  /** Resolution of deadlines. Default 10 ms. */
  readonly tickMs?: number;
  /** Start of the hash of ids: a secret number, where strangers choose the ids. Default: a known one. */
  readonly hashSeed?: number;
  /** When so many fall silent at once that nobody is given up. Default: never. */
  readonly protection?: ProtectionPolicy | undefined;
}

const DAY_MS = 86_400_000;

/**
 * Who lives. Pure and synchronous: time comes in with each call, events are taken out afterwards with
 * {@link takeEvents}; nothing is read, awaited or called back.
 */
export class Monitor {
  readonly #options: Required<Omit<MonitorOptions, "protection">>;
  readonly #columns = new AgentColumns();
  readonly #directory: Directory;
  readonly #changes: Changes;
  readonly #chronicle: Chronicle;
  readonly #tasks: TaskWatch;
  readonly #standing: Standing;
  readonly #declarations: Declarations;
  readonly #protection: Protection | undefined;
  readonly #deadlines: Deadlines;
  /** What outlives the process. */
  readonly keeping: Keeping;
  readonly #aftermath = new Aftermath();
  readonly #lives: Lives;
  readonly #detector: Detector = fixedDetector;
  #beatsTotal = 0;
  #dropsTotal = 0;
  #stallsTotal = 0;

  constructor(now: Instant, options: MonitorOptions = {}) {
    this.#options = {
      policy: defaultPolicy,
      maxAgents: 1_000_000,
      retentionMs: DAY_MS,
      restartGraceMs: 30_000,
      keepsChanges: false,
      tickMs: 10,
      hashSeed: 0x811c9dc5,
      ...options,
    };
    const { retentionMs, tickMs, hashSeed } = this.#options;
    this.#changes = new Changes(this.#columns, this.#options.keepsChanges);
    this.#chronicle = new Chronicle(this.#columns, this.#changes);
    this.#directory = new Directory(this.#columns.agentId, hashSeed);
    const columns = this.#columns;
    const chronicle = this.#chronicle;
    const floor = new EpochFloor();
    const ticks = { tickMs, nowMs: now.mono };
    const tasks = new TaskWatch({ columns, chronicle, changes: this.#changes, floor }, ticks);
    const protection = options.protection && new Protection(columns, chronicle, options.protection);
    const standing = new Standing(columns, tasks, protection);
    this.#tasks = tasks;
    this.#protection = protection;
    this.#standing = standing;
    this.#lives = new Lives(columns, chronicle, standing, tasks, floor);
    this.#declarations = new Declarations(columns, chronicle, tasks, this.#options.policy);
    this.#deadlines = new Deadlines(
      {
        columns,
        chronicle,
        standing,
        tasks,
        detector: this.#detector,
        protection,
        retentionMs,
        awaitMs: this.#options.restartGraceMs,
        tickMs,
        onExpired: (slot, reason, at) => this.#forget(slot, reason, at),
      },
      now.mono,
    );
    this.keeping = new Keeping({
      columns,
      changes: this.#changes,
      directory: this.#directory,
      standing,
      declarations: this.#declarations,
      tasks,
      deadlines: this.#deadlines,
    });
  }

  // ---- what agents say ------------------------------------------------------------------------

  /**
   * A life takes up the lease: the first message of a stream, or a single beat that has something to
   * declare. It is a beat too. Throws epoch_old and agents_full.
   */
  attach(hello: Hello, now: Instant): Lease {
    const known = this.find(hello.organizationId, hello.agentId);
    // Before anything is created: what is refused changes nothing.
    const { kind, epoch } = this.#lives.incarnation(hello, known);
    const slot = known ?? this.#create(hello.organizationId, hello.agentId, now);
    if (kind === "next") this.#lives.begin(slot, epoch, hello, now);
    this.#columns.epoch[slot] = epoch;
    if (hello.instanceId !== "") this.#columns.instanceId[slot] = hello.instanceId;
    const changed = hello.declaration && this.#declarations.declare(slot, hello.declaration, now);
    if (hello.client) this.#columns.client[slot] = hello.client;
    const told = this.#connect(slot, hello, kind === "resumed", now);
    if (changed && !told) this.#declarations.tellRenewal(slot, now);
    this.#changes.ofAgentQuietly(slot);
    return { slot, epoch, resumed: kind === "resumed", policy: this.#columns.policy[slot] };
  }

  /**
   * A life that holds the lease was here and could not be let in: it is heard from, and nothing else
   * changes. Returns its slot; undefined for strangers, for other lives, and for who has left. Throws
   * epoch_old and field_invalid.
   */
  knock(hello: Hello, now: Instant): Slot | undefined {
    const slot = this.find(hello.organizationId, hello.agentId);
    if (slot === undefined || this.#lives.incarnation(hello, slot).kind === "next") {
      return undefined;
    }
    const state = this.#columns.state(slot);
    if (state === State.expected || state === State.left) return undefined;
    this.beatAlone(slot, now);
    this.#columns.breakRhythm(slot);
    // What lay in a socket while the monitor stood still may be of an attempt that was given up; and in the storm
    // after a restart who was put off may not get through again for a while.
    const { policy } = this.#columns;
    const mayWait = this.#aftermath.excuses(policy[slot], now) || this.#aftermath.doubts(now);
    if (mayWait) this.#deadlines.await(slot, now);
    return slot;
  }

  /** A beat without a stream: of an agent that is awaited it ends the waiting. */
  beatAlone(slot: Slot, now: Instant): void {
    this.beat(slot, now);
    if (!this.#columns.has(slot, Flag.awaited)) return;
    this.#deadlines.heard(slot, now);
    this.#deadlines.arm(slot);
  }

  /** A beat of an agent whose slot the caller holds: the hot path. */
  beat(slot: Slot, now: Instant): void {
    const columns = this.#columns;
    const back = columns.state(slot) !== State.alive;
    if (back) columns.breakRhythm(slot);
    const gap = columns.beat(slot, now.mono);
    this.#beatsTotal++;
    // Nobody learns from the silence that ends a suspicion.
    if (back) this.#revive(slot, gap, now);
    else this.#detector.observe(slot, gap);
  }

  /**
   * News of a task. With `mayRepeat` the end of a task that has been told is not told again: an agent
   * that comes back repeats what was not acknowledged. Returns an attempt that the agent is to stop. Throws
   * tasks_full and field_invalid.
   */
  reportTask(
    slot: Slot,
    report: TaskReport,
    now: Instant,
    mayRepeat = false,
  ): Outdated | undefined {
    const { news } = this.#tasks;
    if (mayRepeat && news.hasEnded(slot, report)) return undefined;
    return news.report(slot, report, now);
  }

  /** Whether the stream that holds the lease takes lost tasks of others. */
  setTaskTaker(slot: Slot, takes: boolean): void {
    this.#tasks.setTaker(slot, takes);
  }

  /** Every task in flight of the agent has shown activity. */
  touchTasks(slot: Slot, now: Instant): void {
    this.#tasks.touchAll(slot, now);
  }

  /** Idle: it must still beat, but the thresholds of its tasks rest. */
  setIdle(slot: Slot, idle: boolean, now: Instant): void {
    if (this.#columns.has(slot, Flag.idle) !== idle) this.#changes.ofAgentQuietly(slot);
    this.#standing.rest(slot, Flag.idle, idle, now);
  }

  setVitals(slot: Slot, vitals: Vitals): void {
    this.#columns.vitals[slot] = vitals;
  }

  /**
   * The stream ended without a Goodbye: one missed beat, at once. Ignored while paused. Right after a stall
   * of the monitor that may have broken it, the agent is awaited instead.
   */
  drop(slot: Slot, now: Instant): void {
    const columns = this.#columns;
    columns.set(slot, Flag.connected, false);
    const lives = columns.state(slot) === State.alive || columns.state(slot) === State.suspect;
    if (lives && this.#isExcused(slot, now)) return this.#deadlines.await(slot, now);
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
    const missedBeats = this.#deadlines.missedBeats(slot, now);
    this.#chronicle.tell(slot, now, { type: "dropped", reason, missedBeats });
    this.#deadlines.judge(slot, now);
  }

  /**
   * Whether the end of its stream may be the monitor's fault: after a stall, and of a stream that was opened
   * after one, or after a restart, and on which nothing was said since. Its agent may have given it up before it was heard.
   */
  #isExcused(slot: Slot, now: Instant): boolean {
    const columns = this.#columns;
    const doubtedAt = columns.doubtedAt[slot];
    if (doubtedAt > 0 && columns.lastBeat(slot) <= doubtedAt) return true;
    return this.#aftermath.excuses(columns.policy[slot], now);
  }

  /** The server ended the stream on purpose: no drop. The silence goes on. */
  detach(slot: Slot): void {
    this.#columns.set(slot, Flag.connected, false);
  }

  /** A Goodbye. With `failed` the agent tells its own death and is DOWN at once. */
  leave(slot: Slot, goodbye: Parting, now: Instant): void {
    if (goodbye.failed) {
      if (this.#columns.state(slot) === State.down) return;
      this.#deadlines.giveUp(
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
    const changed = this.#declarations.describe(slot, declaration);
    const patch = declaration.policy;
    const hasPolicy = Object.values(patch).some((value) => value !== undefined);
    if (known === undefined) {
      if (hasPolicy) this.#declarations.fixPolicy(slot, patch);
      this.#deadlines.arm(slot);
      return slot;
    }
    if (hasPolicy) this.updatePolicy(slot, patch, now);
    if (this.#columns.state(slot) === State.left) this.#expectAgain(slot, now);
    else if (changed) this.#declarations.tellRenewal(slot, now);
    return slot;
  }

  /** The agent has LEFT by an operator's word. */
  unregister(slot: Slot, reason: string, now: Instant): void {
    const fate = { unregistered: true, expectedBackInMs: undefined };
    this.#retire(slot, reason || "unregistered by an operator", now, fate);
  }

  /** Forgets an agent at once, in whatever state, without waiting for its retention. */
  remove(slot: Slot, reason: string, now: Instant): void {
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
    this.#standing.rest(slot, Flag.paused, true, now);
    this.#columns.pausedUntil[slot] = untilMs;
    this.#chronicle.tell(slot, now, {
      type: "paused",
      until: now.wall + untilMs - now.mono,
      reason: reason || "paused by an operator",
    });
    this.#deadlines.arm(slot);
  }

  /** Ends a pause; false when there was none. */
  resume(slot: Slot, now: Instant): boolean {
    return this.#deadlines.resume(slot, "resumed by an operator", now);
  }

  /** Changes how an agent is judged; what it declares no longer counts. */
  updatePolicy(slot: Slot, patch: PolicyPatch, now: Instant): void {
    this.#declarations.fixPolicy(slot, patch);
    const reason = "an operator changed the policy";
    this.#chronicle.tell(slot, now, { type: "policy_updated", reason });
    this.#tasks.rearm(slot, now);
    this.#deadlines.review(slot, now);
  }

  /** Ends a task by an operator's wish. Throws task_unknown and task_not_in_flight. */
  cancelTask(slot: Slot, taskId: string, reason: string, now: Instant): TaskSnapshot {
    return this.#tasks.cancel(slot, taskId, reason, now);
  }

  // ---- what time does -------------------------------------------------------------------------

  /**
   * Judges everybody whose deadline has come, at most `limit` of them. Returns false when there are more.
   * Costs what comes up, not what is registered.
   */
  advance(now: Instant, limit = Number.POSITIVE_INFINITY): boolean {
    const judgedAll = this.#deadlines.advance(now, limit);
    this.#protection?.advance(now, (slot, heldMs) => this.#deadlines.release(slot, heldMs, now));
    const lookedAtAll = this.#tasks.advance(now, limit);
    return judgedAll && lookedAtAll;
  }

  /** The monitor itself stood still, and its clock was held back for it. */
  stalled(stalledMs: number, heldBackMs: number, now: Instant): void {
    this.#aftermath.begin(stalledMs, now);
    this.#stallsTotal++;
    const reason = `the monitor stood still for ${span(stalledMs)}; deadlines moved by ${span(heldBackMs)}`;
    this.#chronicle.note({ type: "monitor_stalled", at: now, stalledMs, heldBackMs, reason });
  }

  /** The monitor goes on where another one ended. */
  wasRestarted(now: Instant): void {
    this.#aftermath.beginAnew(now);
  }

  /**
   * The monitor was away for so long, and has nothing to tell of it: too short for a stall; or, for Infinity,
   * a leap of the wall's clock, behind which any absence may hide. Agents may have lost patience with it.
   */
  wasAway(awayMs: number, now: Instant): void {
    this.#aftermath.begin(awayMs, now);
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
  /** Mass-failure protection; undefined when it is off. */
  get protection(): Protection | undefined {
    return this.#protection;
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

  /** Stalls of the monitor itself. */
  get stallsTotal(): number {
    return this.#stallsTotal;
  }
  /** Leases taken from a life that held them. */
  get supersededTotal(): number {
    return this.#lives.supersededTotal;
  }
  get conflictsTotal(): number {
    return this.#lives.conflictsTotal;
  }
  /** Agents that were alive before a restart or a stall and have not been heard from since. */
  get awaitedCount(): number {
    return this.#deadlines.awaitedCount();
  }

  /** No name begins with an epoch at or below this one. */
  get epochFloor(): number {
    return this.#lives.epochFloor;
  }

  /** No life, of whatever name, begins with an epoch at or below this one. */
  raiseEpochFloor(epoch: number): void {
    this.#lives.raiseEpochFloor(epoch);
  }

  /** How many agents are in a state. */
  population(state: AgentState): number {
    return this.#standing.population(state);
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
    this.#columns.epoch[slot] = this.#lives.epochFloor;
    this.#standing.begin(slot, State.expected, now);
    const transition = { to: "expected" } as const;
    this.#chronicle.tell(slot, now, { type: "registered", transition, reason: "new agent" });
    this.#deadlines.arm(slot);
    return slot;
  }

  /** Returns whether there was anything to tell. */
  #connect(slot: Slot, hello: Hello, resumed: boolean, now: Instant): boolean {
    const columns = this.#columns;
    const from = stateNames[columns.state(slot)];
    const first = from === "expected" || from === "left";
    if (hello.stream) {
      columns.set(slot, Flag.connected, true);
      columns.streams[slot]++;
      columns.doubtedAt[slot] = this.#aftermath.doubts(now) ? now.mono : 0;
      if (columns.isAwaited(slot)) this.#tasks.renewOffers(slot, now);
    }
    if (hello.stream || first) {
      if (first) this.#standing.enter(slot, State.alive, "", now);
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
    columns.breakRhythm(slot);
    columns.set(slot, Flag.dropped, false);
    this.#deadlines.heard(slot, now);
    columns.missed[slot] = 0;
    this.#deadlines.arm(slot);
    return hello.stream || first;
  }

  /** A beat from an agent that was not ALIVE. */
  #revive(slot: Slot, silenceMs: number, now: Instant): void {
    const columns = this.#columns;
    const from = stateNames[columns.state(slot)];
    const reason = `it beats again after ${span(silenceMs)}`;
    columns.breakRhythm(slot);
    columns.missed[slot] = 0;
    columns.set(slot, Flag.dropped, false);
    this.#standing.enter(slot, State.alive, reason, now);
    this.#chronicle.tell(slot, now, {
      type: "recovered",
      from,
      to: "alive",
      reason,
      silenceMs,
    });
    this.#deadlines.arm(slot);
  }

  /** An operator expects an agent back that had left. */
  #expectAgain(slot: Slot, now: Instant): void {
    const reason = "expected again";
    this.#columns.restarted[slot] = now.mono;
    this.#standing.enter(slot, State.expected, reason, now);
    const transition = { from: "left", to: "expected" } as const;
    this.#chronicle.tell(slot, now, { type: "registered", transition, reason });
    this.#deadlines.arm(slot);
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
    this.#standing.rest(slot, Flag.paused, false, now);
    this.#columns.missed[slot] = 0;
    this.#columns.set(slot, Flag.dropped, false);
    this.#standing.enter(slot, State.left, reason, now);
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
    this.#deadlines.arm(slot);
  }

  #forget(slot: Slot, reason: string, now: Instant): void {
    this.#deadlines.cancel(slot);
    const columns = this.#columns;
    this.#tasks.giveUpAll(slot, now);
    this.#chronicle.tell(slot, now, { type: "removed", reason });
    this.#lives.forget(slot);
    this.#standing.end(slot, now);
    this.#tasks.forget(slot);
    this.#detector.forget(slot);
    this.#changes.forget(slot);
    this.#directory.remove(columns.organizationId[slot], columns.agentId[slot]);
    columns.release(slot);
  }
}
