import type { Instant } from "../clock.ts";
import type {
  AgentEvent,
  LivenessEvent,
  MonitorStalled,
  OfAgent,
  OrganizationEvent,
} from "../events/event.ts";
import type { Changes } from "./changes.ts";
import type { AgentColumns, Slot } from "./columns.ts";

/** What an event tells beyond what is told of every agent. */
type Telling<Event extends OfAgent> = Event extends OfAgent
  ? Omit<Event, Exclude<keyof OfAgent, "reason">> & Partial<Pick<OfAgent, CountedFact>>
  : never;

/** What an event of an organization tells beyond whose it is and when. */
type TellingOfAll<Event extends OrganizationEvent> = Event extends OrganizationEvent
  ? Omit<Event, "at" | "organizationId">
  : never;

/** Facts that an event may tell otherwise than the columns stand by then. */
type CountedFact = "missedBeats" | "silenceMs";

/**
 * Collects what the monitor has to say until its caller takes it.
 *
 * The monitor calls nobody: whoever called it takes the events afterwards, so that nothing can call
 * back into a half-made decision.
 */
export class Chronicle {
  readonly #columns: AgentColumns;
  readonly #changes: Changes;
  #events: LivenessEvent[] = [];

  constructor(columns: AgentColumns, changes: Changes) {
    this.#columns = columns;
    this.#changes = changes;
  }

  /** Whether there is anything to take: all that a beat asks. */
  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  /** Hands out what was told, oldest first, and forgets it. */
  take(): LivenessEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** An agent's event, its facts filled in from the columns as they stand. */
  tell(slot: Slot, now: Instant, telling: Telling<AgentEvent>): void {
    const columns = this.#columns;
    this.#changes.ofAgent(slot);
    this.#events.push({
      at: now,
      organizationId: columns.organizationId[slot],
      agentId: columns.agentId[slot],
      agentType: columns.agentType[slot],
      epoch: columns.epoch[slot],
      missedBeats: columns.missed[slot],
      silenceMs: now.mono - columns.lastBeat(slot),
      ...telling,
    } as AgentEvent);
  }

  /** An event of the monitor itself. */
  note(event: MonitorStalled): void {
    this.#events.push(event);
  }

  /** An event of an organization as a whole. */
  tellOrganization(
    organizationId: string,
    now: Instant,
    telling: TellingOfAll<OrganizationEvent>,
  ): void {
    this.#events.push({ at: now, organizationId, ...telling });
  }
}
