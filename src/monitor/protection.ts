import type { Instant } from "../clock.ts";
import type { Chronicle } from "./chronicle.ts";
import { type AgentColumns, Flag, type Slot, State } from "./columns.ts";
import { SlotQueue } from "./slot-queue.ts";
import { Suspicions } from "./suspicions.ts";
import { span } from "./words.ts";

/** When so many fall silent at once that it is likely not their fault. */
export interface ProtectionPolicy {
  /** No fewer agents than this must turn SUSPECT at once. Default 10. */
  readonly minAgents: number;
  /** Nor a smaller share than this of the organization's agents that were alive. Default 0.5. */
  readonly share: number;
  /** What "at once" means; never less than two of their intervals. Default 10 s. */
  readonly windowMs: number;
  /** Agents are held for no longer than this. Default 5 min. */
  readonly holdMs: number;
  /** How many a second go DOWN after a hold that ended without them. Default 100. */
  readonly releasePerSecond: number;
}

export const defaultProtection: ProtectionPolicy = Object.freeze({
  minAgents: 10,
  share: 0.5,
  windowMs: 10_000,
  holdMs: 300_000,
  releasePerSecond: 100,
});

/** Where an organization stands. */
type Phase =
  /** Suspicions are counted; whoever is given up goes DOWN. */
  | { readonly kind: "watching" }
  /** Nobody goes DOWN by a verdict. */
  | {
      readonly kind: "holding";
      readonly since: number;
      /** How long most must have been back before it ends: every live agent has beaten by then. */
      readonly windowMs: number;
      /** Since when most are back; undefined while they are not. */
      readonly calmSince: number | undefined;
    }
  /** The hold is over, and those who were held go DOWN at a rate. */
  | { readonly kind: "releasing"; readonly since: number; readonly released: number };

const watching: Phase = { kind: "watching" };

interface Organization {
  readonly id: string;
  /** Agents that are ALIVE, and SUSPECT ones that were alive before; neither has paused ones. */
  alive: number;
  suspect: number;
  /** What may begin the next hold. Not kept while holding: that evidence is used up. */
  readonly turned: Suspicions;
  /** Since when each is held, in that order. */
  readonly held: SlotQueue<number>;
  phase: Phase;
}

/** How an agent is counted, in its column. */
const Counted = { not: 0, alive: 1, suspect: 2 } as const;

/**
 * Mass-failure protection: when much of an organization turns SUSPECT at once, the fault is likely the
 * monitor's or the network's, and nobody is given up until it is known.
 *
 * A hold begins when `minAgents` agents and `share` of those alive have turned SUSPECT within the
 * window. From then on an agent that would go DOWN by a verdict stays SUSPECT, is `held` and has no
 * deadline. Those whose verdict comes together with their suspicion (`maxMissedBeats` 1) go DOWN until
 * the threshold is reached; the rest are held. What agents and operators say passes at all times.
 *
 * It ends when agents are back: fewer than half of `share` have been SUSPECT for a whole window, so that
 * stragglers have time to come back too and a fleet that flaps makes one hold; or after `holdMs`.
 * Those who are held still go DOWN then, `releasePerSecond` of them, in the order in which they were
 * held, and a verdict that comes meanwhile queues behind them. While they are released no new hold
 * begins; agents that turn SUSPECT meanwhile count for the one after.
 *
 * Costs a few stores for each change of state, nothing for a beat, and of a tick only what is released.
 */
export class Protection {
  readonly #policy: ProtectionPolicy;
  readonly #columns: AgentColumns;
  readonly #chronicle: Chronicle;
  readonly #organizations = new Map<string, Organization>();
  /** Those that hold or release. */
  readonly #busy = new Set<Organization>();
  #heldCount = 0;
  #startedTotal = 0;

  constructor(columns: AgentColumns, chronicle: Chronicle, policy: ProtectionPolicy) {
    this.#columns = columns;
    this.#chronicle = chronicle;
    this.#policy = policy;
  }

  // ---- what is asked --------------------------------------------------------------------------

  /** Whether DOWN is held now: in one organization, or in any. */
  isActive(organizationId: string | undefined): boolean {
    const asked = organizationId === undefined ? this.#busy : this.#known(organizationId);
    for (const { phase } of asked) if (phase.kind === "holding") return true;
    return false;
  }

  /** Agents that are held now, those included that wait for their release: of one organization, or in all. */
  heldCount(organizationId: string | undefined): number {
    if (organizationId === undefined) return this.#heldCount;
    return this.#organizations.get(organizationId)?.held.size ?? 0;
  }

  /** How often a hold began. */
  get startedTotal(): number {
    return this.#startedTotal;
  }

  // ---- what happens to agents -----------------------------------------------------------------

  /** An agent's state has changed, or whether it is paused. */
  moved(slot: Slot, now: Instant): void {
    const state = this.#columns.state(slot);
    const rests = this.#columns.has(slot, Flag.paused);
    const suspect = state === State.suspect && !rests;
    const organization = this.#organizationOf(slot);
    if (!suspect) this.#letGo(organization, slot);
    // Whoever went DOWN fell silent all the same.
    if (!suspect && state !== State.down) organization.turned.delete(slot);
    // An EXPECTED agent that turns SUSPECT was never counted, and is not now.
    const wasCounted = this.#columns.counted[slot] !== Counted.not;
    if (state === State.alive && !rests) this.#count(organization, slot, Counted.alive);
    else if (suspect && wasCounted) this.#count(organization, slot, Counted.suspect);
    else this.#count(organization, slot, Counted.not);
    this.#settle(organization, now);
  }

  /** An agent has turned SUSPECT, and it has been told. */
  suspected(slot: Slot, now: Instant): void {
    if (this.#columns.counted[slot] !== Counted.suspect) return;
    const organization = this.#organizationOf(slot);
    if (organization.phase.kind === "holding") return;
    organization.turned.add(slot, this.#columns.policy[slot].intervalMs, now.mono);
    this.#consider(organization, now);
  }

  /** The agent is about to be removed: its slot will be another's. */
  forget(slot: Slot, now: Instant): void {
    const organization = this.#organizationOf(slot);
    this.#letGo(organization, slot);
    organization.turned.delete(slot);
    this.#count(organization, slot, Counted.not);
    this.#settle(organization, now);
  }

  /** Holds an agent that is to be given up; false when it is to go DOWN. */
  hold(slot: Slot, now: Instant): boolean {
    const organization = this.#organizations.get(this.#columns.organizationId[slot]);
    if (!organization || organization.phase.kind === "watching") return false;
    if (this.#columns.has(slot, Flag.held)) return true;
    this.#columns.set(slot, Flag.held, true);
    organization.held.add(slot, now.mono);
    this.#heldCount++;
    return true;
  }

  /** The agent is not to be given up any more. */
  letGo(slot: Slot): void {
    if (this.#columns.has(slot, Flag.held)) this.#letGo(this.#organizationOf(slot), slot);
  }

  // ---- what time does -------------------------------------------------------------------------

  /** Ends holds, and hands out the agents that are to go DOWN now with how long they were held. */
  advance(now: Instant, release: (slot: Slot, heldMs: number) => void): void {
    for (const organization of this.#busy) {
      this.#endHold(organization, now);
      this.#release(organization, now, release);
      this.#settle(organization, now);
    }
  }

  #endHold(organization: Organization, now: Instant): void {
    const { phase, held } = organization;
    if (phase.kind !== "holding") return;
    const { holdMs } = this.#policy;
    const isBack = phase.calmSince !== undefined && now.mono - phase.calmSince >= phase.windowMs;
    if (!isBack && now.mono - phase.since < holdMs) return;
    this.#chronicle.tellOrganization(organization.id, now, {
      type: "protection_ended",
      heldMs: now.mono - phase.since,
      stillHeld: held.size,
      reason: this.#endReason(held.size, isBack),
    });
    this.#enter(organization, { kind: "releasing", since: now.mono, released: 0 });
  }

  #endReason(stillHeld: number, isBack: boolean): string {
    const { holdMs, releasePerSecond } = this.#policy;
    const why = isBack ? "most agents are back" : `DOWN was held for ${span(holdMs)}, its bound`;
    if (stillHeld === 0) return why;
    const who = stillHeld === 1 ? "1 that is not back goes" : `${stillHeld} that are not back go`;
    return `${why}; ${who} DOWN now, at ${releasePerSecond} a second`;
  }

  #release(
    organization: Organization,
    now: Instant,
    release: (slot: Slot, heldMs: number) => void,
  ): void {
    const { phase, held } = organization;
    if (phase.kind !== "releasing") return;
    const elapsedMs = now.mono - phase.since;
    const allowed = Math.floor((elapsedMs * this.#policy.releasePerSecond) / 1000);
    let { released } = phase;
    for (let { first } = held; first && released < allowed; { first } = held) {
      released++;
      this.#letGo(organization, first.slot);
      release(first.slot, now.mono - first.note);
    }
    if (held.size > 0) return this.#enter(organization, { ...phase, released });
    this.#enter(organization, watching);
    organization.turned.forgetOld(now.mono);
    this.#consider(organization, now);
  }

  // ---- phases ---------------------------------------------------------------------------------

  /** Begins a hold if so many have turned SUSPECT that it is likely not their fault. */
  #consider(organization: Organization, now: Instant): void {
    const { id, alive, turned, phase } = organization;
    const suspects = turned.size;
    const watched = alive + suspects;
    // 0.14 of a hundred is a trace more than 14 in the machine.
    const enough = Math.max(this.#policy.minAgents, this.#policy.share * watched - 1e-6);
    if (phase.kind !== "watching" || suspects < enough) return;
    const { windowMs } = turned;
    const how = `${suspects} of ${watched} agents fell silent within ${span(windowMs)}`;
    this.#chronicle.tellOrganization(id, now, {
      type: "protection_started",
      suspects,
      watched,
      reason: `${how}: likely not their fault, so none goes DOWN for now`,
    });
    this.#startedTotal++;
    turned.clear();
    this.#enter(organization, { kind: "holding", since: now.mono, windowMs, calmSince: undefined });
    this.#settle(organization, now);
  }

  /** After any change of the counts: whether most are back, and whether there is anything to remember. */
  #settle(organization: Organization, now: Instant): void {
    const { phase, alive, suspect, turned } = organization;
    if (phase.kind === "holding") {
      const bound = (this.#policy.share / 2) * (alive + suspect);
      const calm = suspect === 0 || suspect < bound;
      if (calm === (phase.calmSince !== undefined)) return;
      this.#enter(organization, { ...phase, calmSince: calm ? now.mono : undefined });
    } else if (phase.kind === "watching" && alive + suspect + turned.size === 0) {
      this.#organizations.delete(organization.id);
    }
  }

  /** The one place where a phase changes. */
  #enter(organization: Organization, phase: Phase): void {
    organization.phase = phase;
    if (phase.kind === "watching") this.#busy.delete(organization);
    else this.#busy.add(organization);
  }

  // ---- counts ---------------------------------------------------------------------------------

  #count(organization: Organization, slot: Slot, counted: number): void {
    const { counted: column } = this.#columns;
    if (column[slot] === Counted.alive) organization.alive--;
    else if (column[slot] === Counted.suspect) organization.suspect--;
    if (counted === Counted.alive) organization.alive++;
    else if (counted === Counted.suspect) organization.suspect++;
    column[slot] = counted;
  }

  #letGo(organization: Organization, slot: Slot): void {
    if (organization.held.delete(slot) === undefined) return;
    this.#columns.set(slot, Flag.held, false);
    this.#heldCount--;
  }

  #known(organizationId: string): Organization[] {
    const organization = this.#organizations.get(organizationId);
    return organization ? [organization] : [];
  }

  #organizationOf(slot: Slot): Organization {
    const id = this.#columns.organizationId[slot];
    const known = this.#organizations.get(id);
    if (known) return known;
    const turned = new Suspicions(this.#policy.windowMs);
    const fresh = {
      id,
      alive: 0,
      suspect: 0,
      turned,
      held: new SlotQueue<number>(),
      phase: watching,
    };
    this.#organizations.set(id, fresh);
    return fresh;
  }
}
