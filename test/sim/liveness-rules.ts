import type { BeatRequest } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import type { AgentEvent, LivenessEvent } from "../../src/events/event.ts";
import { type LivenessPolicy, timeoutOf } from "../../src/monitor/policy.ts";
import { CONNECT_TIMEOUT_MS, type SimAgent } from "./agent.ts";
import type { House } from "./house.ts";
import { JudgingTime } from "./judging-time.ts";
import type { RecordRules } from "./record-rules.ts";
import type { SimSender } from "./sender.ts";
import type { SimServer } from "./server.ts";
import type { ServerStream } from "./stream.ts";
import type { Verdicts } from "./verdicts.ts";
import type { World } from "./world.ts";

/** What timers, ticks and turns of the loop may add to a bound. */
const SLACK_MS = 2_000;
/** For so long after a stall, or a restart, the server may take the end of a stream for its own fault. */
const AFTERMATH_MS = 32_000;
/** By how much the patience with awaited agents may exceed their timeout. */
const AWAITED_SHARE = 1.2;

/** One name, all processes that live under it, and when the server last heard of it. */
interface Named {
  readonly agents: SimAgent[];
  readonly senders: SimSender[];
  /** Since when nothing happened to its processes and machines. World time. */
  disturbedAt: number;
  /** Judging time of this life of the server. */
  heardAt: number;
  /** When the stream that holds its lease was opened. Judging time. */
  openedAt: number;
  /** Since when a lost stream counts against it; undefined when none does. Judging time. */
  droppedAt: number | undefined;
  /** Whether that stream may have been one which its agent had given up before. */
  lostInDoubt: boolean;
  /** Since when its silence counts anew: it was registered, a pause has ended. Judging time. */
  freshAt: number;
  /** Since when it is judged anew: a pause has ended, its policy has changed. Judging time. */
  anewAt: number;
  /** The stream that holds its lease. */
  holder: ServerStream | undefined;
  toldOfDrop: boolean;
  /** The life that held its lease last. */
  instanceId: string;
}

/** Nobody is blamed too early, nobody found too late: by what the server could know, and by the truth. */
export class LivenessRules {
  readonly #world: World;
  readonly #verdicts: Verdicts;
  readonly #record: RecordRules;
  readonly #named = new Map<string, Named>();
  #server: SimServer | undefined;
  #house: House | undefined;
  /** Since when the server is up and was not stopped. World time. */
  #upSince = 0;
  /** When the hold of an organization, and the release after it, were last seen. Judging time. */
  readonly #heldUntil = new Map<string, number>();
  time: JudgingTime | undefined;

  constructor(world: World, verdicts: Verdicts, record: RecordRules) {
    this.#world = world;
    this.#verdicts = verdicts;
    this.#record = record;
  }

  watch(server: SimServer): void {
    this.#server = server;
  }

  knows(process: SimAgent | SimSender): void {
    const named = this.#named.get(process.key) ?? fresh();
    this.#named.set(process.key, named);
    if ("life" in process) named.agents.push(process);
    else named.senders.push(process);
  }

  restarted(house: House): void {
    this.#house = house;
    this.#upSince = this.#world.now;
    this.time = new JudgingTime(this.#server!.machine);
    this.#heldUntil.clear();
    for (const named of this.#named.values()) {
      const { agents, senders, disturbedAt, instanceId } = named;
      Object.assign(named, { ...fresh(), agents, senders, disturbedAt, instanceId });
    }
  }

  ended(): void {
    this.#house = undefined;
    this.time = undefined;
  }

  /** The server runs again, after a stall or a sleep. */
  went(): void {
    this.#upSince = this.#world.now;
  }

  disturbed(key: string): void {
    const named = this.#named.get(key);
    if (named) named.disturbedAt = this.#world.now;
  }

  // ---- what reaches the server ----------------------------------------------------------------

  heard(stream: ServerStream, _beat: BeatRequest): void {
    const named = this.#named.get(stream.connection.owner);
    if (!named || stream.house !== this.#house) return;
    const refused = stream.endedWith instanceof Error;
    // Who is asked to come back later is heard all the same, if it is the life that holds the lease.
    if (refused && stream.endedWith?.code !== "admission_deferred") return;
    if (refused && named.instanceId !== stream.instanceId) {
      named.disturbedAt = this.#world.now;
      return;
    }
    if (!refused && !stream.greeted) {
      named.holder = stream;
      named.openedAt = this.time!.now;
    }
    if (!refused && named.holder !== stream) return;
    named.heardAt = this.time!.now;
    if (refused) return;
    named.instanceId = stream.instanceId;
    named.droppedAt = undefined;
  }

  called(sender: SimSender): void {
    const named = this.#named.get(sender.key);
    if (!named || !this.time) return;
    named.heardAt = this.time.now;
    named.droppedAt = undefined;
  }

  losing(stream: ServerStream): void {
    const named = this.#holding(stream);
    if (!named) return;
    named.toldOfDrop = false;
    if (stream.endedWith !== undefined) return;
    named.droppedAt = this.time!.now;
    // Opened after a stall or a restart, and it said no more than hello: the server may take the blame.
    const isSilent = named.heardAt - named.openedAt < 2;
    named.lostInDoubt = isSilent && named.openedAt - this.time!.floor < AFTERMATH_MS;
  }

  lost(stream: ServerStream): void {
    const key = stream.connection.owner;
    const named = this.#holding(stream);
    if (!named) return;
    named.holder = undefined;
    if (stream.endedWith !== undefined || stream.house.sessions.isDraining) return;
    const account = this.#record.live.agents.get(key);
    if (!account || account.paused || account.state === "left") return;
    // After a stall of its own the server may take the blame.
    const { floor, now } = this.time!;
    if (floor > 0 && now - floor < AFTERMATH_MS) return;
    if (named.lostInDoubt) return;
    this.#verdicts.demand(
      named.toldOfDrop,
      "drop-is-told",
      () => "its stream ended without a Goodbye, and no DROPPED was told",
      key,
    );
  }

  /** Whose lease the stream holds. */
  #holding(stream: ServerStream): Named | undefined {
    const named = this.#named.get(stream.connection.owner);
    return named?.holder === stream && stream.house === this.#house ? named : undefined;
  }

  // ---- what the server says -------------------------------------------------------------------

  announced(event: LivenessEvent): void {
    if (event.type === "protection_ended" || event.type === "protection_started") {
      this.#heldUntil.set(event.organizationId, this.time!.now);
    }
  }

  decided(event: AgentEvent): void {
    const key = `${event.organizationId}/${event.agentId}`;
    const named = this.#named.get(key);
    if (!named) return;
    const now = this.time!.now;
    switch (event.type) {
      case "registered":
      case "resumed":
        named.freshAt = now;
        named.anewAt = now;
        // A pause forgives the drop before it.
        if (event.type === "resumed") named.droppedAt = undefined;
        break;
      case "policy_updated":
      case "connected":
        named.anewAt = now;
        break;
      case "dropped":
        named.toldOfDrop = true;
        break;
      case "recovered":
        named.droppedAt = undefined;
        break;
      case "left":
        named.holder = undefined;
        break;
      case "suspected":
        this.#notTooEarly(named, event, this.#soonestSuspect(named, event));
        break;
      case "down":
        if (event.reason.startsWith("it reported its own failure")) break;
        this.#notTooEarly(named, event, this.#soonestDown(named, event));
        // Who was held goes by the rate of the release, which is another rule's.
        if (!/ was held for /.test(event.reason)) {
          this.#notTooLate(named, key, event.organizationId, now);
        }
        this.#notFalse(named, key, event);
        break;
    }
  }

  /** Silence, as the server's own clock has it, in this event. */
  #notTooEarly(named: Named, event: AgentEvent, soonestMs: number): void {
    const now = this.time!.now;
    const since = Math.max(named.heardAt, named.freshAt);
    const silenceMs = now - since;
    // A tick's span, and what counts as no stall, are not held back.
    const notHeldMs = this.time!.stallsSince(since) * (this.#server!.settings.tickMs + 60);
    this.#verdicts.demand(
      silenceMs >= soonestMs - 2 - notHeldMs,
      "no-early-verdict",
      () =>
        `${event.type.toUpperCase()} after ${Math.round(silenceMs)} ms of silence; ${Math.round(soonestMs)} ms are allowed (${event.reason})`,
      `${event.organizationId}/${event.agentId}`,
    );
  }

  #soonestSuspect(named: Named, event: AgentEvent): number {
    if (named.droppedAt !== undefined) return 0;
    const policy = this.#policyOf(event);
    const first = Math.min(policy.graceMs + policy.intervalMs, timeoutOf(policy));
    return this.#neverHeard(named) ? Math.max(this.#awaitMs(policy), first) : first;
  }

  #soonestDown(named: Named, event: AgentEvent): number {
    const policy = this.#policyOf(event);
    const since = Math.max(named.heardAt, named.freshAt);
    if (this.#neverHeard(named) && named.droppedAt === undefined) return this.#awaitMs(policy);
    const drops = named.droppedAt === undefined ? 0 : 1;
    const bounds = [timeoutOf(policy)];
    const bySilence = policy.maxMissedBeats - drops;
    bounds.push(bySilence <= 0 ? 0 : policy.graceMs + bySilence * policy.intervalMs);
    if (named.droppedAt !== undefined && policy.dropGraceMs !== undefined) {
      bounds.push(named.droppedAt - since + policy.dropGraceMs);
    }
    return Math.min(...bounds);
  }

  /** Whether this life of the server found it, and has not heard from it. */
  #neverHeard(named: Named): boolean {
    return named.heardAt === 0 && named.anewAt === 0;
  }

  #awaitMs(policy: LivenessPolicy): number {
    return Math.max(timeoutOf(policy), this.#server!.settings.restartGraceMs);
  }

  #policyOf({ organizationId, agentId }: { organizationId: string; agentId: string }) {
    const { monitor } = this.#house?.engine ?? {};
    const slot = monitor?.find(organizationId, agentId);
    return slot === undefined ? this.#server!.settings.policy : monitor!.policyOf(slot);
  }

  /** By when an agent that is not heard from must be DOWN, in judging time. */
  #latestDown(named: Named, organizationId: string, policy: LivenessPolicy): number {
    const since = Math.max(named.heardAt, named.anewAt);
    const drops = named.droppedAt === undefined ? 0 : 1;
    const beats = Math.max(0, policy.maxMissedBeats - drops);
    const missed = Math.max(
      named.droppedAt ?? 0,
      beats === 0 ? 0 : since + policy.graceMs + beats * policy.intervalMs,
    );
    let due = Math.min(since + timeoutOf(policy), missed);
    if (named.droppedAt !== undefined && policy.dropGraceMs !== undefined) {
      due = Math.min(due, named.droppedAt + policy.dropGraceMs);
    }
    // Last heard or dropped before the restart or the stall, or in what followed, or lost in doubt: it may be
    // awaited. A knock, and the end of a pause that lasted through it, begin the waiting anew.
    const troubledUntil = this.time!.floor + AFTERMATH_MS;
    const lostInDoubt = named.droppedAt !== undefined && named.lostInDoubt;
    if (lostInDoubt || Math.min(named.heardAt, named.droppedAt ?? since) <= troubledUntil) {
      const lostBy = Math.max(since, troubledUntil) + timeoutOf(policy);
      due = Math.max(due, lostBy + this.#awaitMs(policy) * AWAITED_SHARE);
    }
    const held = this.#heldUntil.get(organizationId);
    if (held !== undefined) due = Math.max(due, held);
    return due + SLACK_MS + 4 * this.#server!.settings.tickMs;
  }

  #notTooLate(named: Named, key: string, organizationId: string, now: number): void {
    const policy = this.#policyOf({
      organizationId,
      agentId: key.slice(organizationId.length + 1),
    });
    const due = this.#latestDown(named, organizationId, policy);
    this.#verdicts.demand(
      now <= due,
      "dead-is-down",
      () =>
        `not heard from for ${Math.round(now - named.heardAt)} ms, and not DOWN by its bound, ${Math.round(now - due)} ms ago`,
      key,
    );
  }

  #notFalse(named: Named, key: string, event: AgentEvent): void {
    const wellMs = this.#wellFor(named);
    const allowed = this.#findsBackMs(named, event);
    this.#verdicts.demand(
      wellMs < allowed,
      "no-false-down",
      () =>
        `DOWN (${event.reason}), and it has lived, run and reached the server for ${Math.round(wellMs)} ms`,
      key,
    );
  }

  /** For how long one process of this name has lived, run and reached the server's machine. */
  #wellFor(named: Named): number {
    const living = named.agents.filter((agent) => agent.isAlive);
    const senders = named.senders.filter((sender) => sender.process?.alive);
    if (living.length + senders.length !== 1) return 0;
    const [one] = [...living, ...senders];
    if (!one.isWell) return 0;
    return this.#world.now - Math.max(named.disturbedAt, one.path.wellSince);
  }

  /** How long an agent may take until the server has heard from it, once nothing ails it. */
  #findsBackMs(named: Named, event: { organizationId: string; agentId: string }): number {
    const policy = this.#policyOf(event);
    const backoff = Math.max(0, ...named.agents.map(({ plan }) => plan.backoffMaxMs));
    const slowest = Math.max(...named.agents.map(({ path }) => path.slowest), 20_000);
    return (
      timeoutOf(policy) + policy.intervalMs + CONNECT_TIMEOUT_MS + backoff + slowest + SLACK_MS
    );
  }

  // ---- now and then ---------------------------------------------------------------------------

  look(house: House): void {
    const now = this.time!.now;
    const { protection } = house.engine.monitor;
    for (const [key, account] of this.#record.live.agents) {
      const named = this.#named.get(key);
      if (!named) continue;
      const organizationId = key.slice(0, key.indexOf("/"));
      const agentId = key.slice(organizationId.length + 1);
      if (
        (protection?.heldCount(organizationId) ?? 0) > 0 ||
        this.#record.live.holding.has(organizationId)
      ) {
        this.#heldUntil.set(organizationId, now);
      }
      if (account.paused) named.anewAt = now;
      else if (account.state !== "down" && account.state !== "left") {
        this.#notTooLate(named, key, organizationId, now);
      }
      if (account.state === "suspect" || account.state === "down") {
        this.#wellIsAlive(named, key, { organizationId, agentId }, account.state);
      }
    }
  }

  #wellIsAlive(
    named: Named,
    key: string,
    name: { organizationId: string; agentId: string },
    state: string,
  ): void {
    const upMs = this.#world.now - this.#upSince;
    const wellMs = Math.min(this.#wellFor(named), upMs, this.time!.now - this.time!.floor);
    this.#verdicts.demand(
      wellMs < this.#findsBackMs(named, name) + 60_000,
      "well-is-alive",
      () =>
        `${state.toUpperCase()}, and nothing has ailed it or the server for ${Math.round(wellMs)} ms`,
      key,
    );
  }
}

function fresh(): Named {
  return {
    agents: [],
    senders: [],
    disturbedAt: 0,
    heardAt: 0,
    openedAt: 0,
    droppedAt: undefined,
    lostInDoubt: false,
    freshAt: 0,
    anewAt: 0,
    holder: undefined,
    toldOfDrop: false,
    instanceId: "",
  };
}
