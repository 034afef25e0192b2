import type { Event } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { WatchEventsResponse } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { RecordedEvent } from "../../src/events/event.ts";
import { isOfAgent } from "../../src/events/event.ts";
import type { EventFilter } from "../../src/events/filter.ts";
import type { EventQuery } from "../../src/events/log.ts";
import type { Opened } from "../../src/journal/store.ts";
import { eventMessage } from "../../src/services/messages/event.ts";
import type { Platter } from "./disk.ts";
import type { House, ServerSettings } from "./house.ts";
import { Ledger } from "./ledger.ts";
import type { Verdicts } from "./verdicts.ts";
import type { SimWatcher } from "./watcher.ts";
import type { World } from "./world.ts";

/** After a restart so many of the newest events are read back. */
const READ_BACK = 2_000;
/** Of so many events it is remembered what they said. */
const REMEMBERED = 200_000;
const LAST_TOLD = 40;

/** The record: what is given a sequence, what is kept, what is told, what is read back. */
export class RecordRules {
  readonly #world: World;
  /** How many events may wait to be kept. */
  #bound = 0;
  readonly #verdicts: Verdicts;
  /** What everybody is by the events that were decided; what everybody is by those that are kept. */
  live = new Ledger();
  #kept = new Ledger();
  #undecided: RecordedEvent[] = [];
  /** By sequence: what was kept, as it reads. */
  readonly #text = new Map<number, string>();
  #decidedLast = 0;
  /** The monitor's time goes on over its restarts, and never back. */
  #lastMono = Number.NEGATIVE_INFINITY;
  /** The same of what is kept: what was lost with a killed server may be told again as of earlier. */
  #keptMono = Number.NEGATIVE_INFINITY;
  keptLast = 0;
  /** For how many looks in a row too many have been kept. */
  #tooMany = 0;
  /** Events that a server which was asked to go left behind. */
  #leftUnkept = 0;
  /** The newest events of each agent, for people. */
  readonly #told = new Map<string, string[]>();

  constructor(world: World, verdicts: Verdicts) {
    this.#world = world;
    this.#verdicts = verdicts;
  }

  /** The last sequence that was given out. */
  get decidedLast(): number {
    return this.#decidedLast;
  }

  /** The newest events of an agent, in words; with "", of nobody in particular. */
  lastOf(agent: string): readonly string[] {
    return this.#told.get(agent) ?? [];
  }

  decided(recorded: RecordedEvent, { engine }: House): void {
    const { sequence, event } = recorded;
    const agent = isOfAgent(event) ? `${event.organizationId}/${event.agentId}` : "";
    this.#remember(agent, recorded);
    if (sequence === 0) {
      const { backlog } = engine.log;
      this.#verdicts.demand(
        backlog >= this.#bound * 0.9,
        "record",
        () => `${event.type} was not recorded with ${backlog} waiting; the bound is ${this.#bound}`,
        agent,
      );
    } else {
      const expected = this.#decidedLast + 1;
      this.#verdicts.demand(
        sequence === expected,
        "record",
        () => `sequence ${sequence} was given where ${expected} was next`,
        agent,
      );
      this.#decidedLast = sequence;
    }
    const isBack = event.at.mono < this.#lastMono;
    this.#lastMono = event.at.mono;
    const wrong = isBack ? "its time is before the last one's" : this.live.apply(event);
    if (wrong) {
      this.#verdicts.fail("one-suspicion", `${event.type} (${event.reason}): ${wrong}`, agent);
    }
    this.#undecided.push(recorded);
  }

  kept({ engine, parts }: House): void {
    const { lastSequence } = engine.log;
    this.#verdicts.demand(
      lastSequence <= this.#decidedLast && lastSequence >= this.keptLast,
      "record",
      () => `${lastSequence} is kept; ${this.#decidedLast} was decided, ${this.keptLast} was kept`,
    );
    for (let sequence = this.keptLast + 1; sequence <= lastSequence; sequence++) {
      const recorded = engine.log.at(sequence);
      if (recorded) this.#keep(recorded, parts.serverId);
    }
    this.keptLast = lastSequence;
  }

  /** An event is kept, and with it all that was decided before it and had no place in the record. */
  #keep(recorded: RecordedEvent, serverId: string): void {
    const { sequence } = recorded;
    const text = textOf(eventMessage(recorded, serverId));
    while (this.#undecided.length > 0) {
      const { sequence: next, event } = this.#undecided[0];
      if (next > sequence) break;
      this.#undecided.shift();
      if (next === 0) this.#kept.apply(event);
      else if (next === sequence) {
        const decided = textOf(eventMessage({ sequence, event }, serverId));
        this.#verdicts.demand(
          decided === text,
          "record",
          () => `${sequence} was decided as ${decided} and kept as ${text}`,
        );
      }
    }
    this.#kept.apply(recorded.event);
    this.#keptMono = Math.max(this.#keptMono, recorded.event.at.mono);
    this.#text.set(sequence, text);
    this.#text.delete(sequence - REMEMBERED);
  }

  /** What was decided and not kept is gone, as if it had not been. */
  ended(how: "killed" | "drained"): void {
    this.#leftUnkept = how === "drained" ? this.#undecided.length : 0;
  }

  /** A new life: it goes on where the disk says, and the disk has all that was shown. */
  restarted(house: House, platter: Platter, opened: Opened): void {
    const { firstSequence, lastSequence } = opened;
    this.#verdicts.demand(
      lastSequence >= this.keptLast,
      "record",
      () => `${this.keptLast} was kept and shown; after the restart ${lastSequence} is the last`,
    );
    this.#verdicts.demand(
      this.#leftUnkept === 0 || !opened.endedWell || lastSequence >= this.#decidedLast,
      "record",
      () => `a server that says it ended well left ${this.#leftUnkept} events unkept`,
    );
    // Kept and never confirmed: it counts.
    for (const recorded of platter.find(query(this.keptLast, lastSequence + 1))) {
      this.#keep(recorded, house.parts.serverId);
    }
    this.#undecided = [];
    this.keptLast = lastSequence;
    // The house has said already that it was started, and what it found broken.
    this.#decidedLast = lastSequence + (opened.setAside === undefined ? 1 : 2);
    this.live = this.#kept.clone();
    this.#lastMono = this.#keptMono;
    this.readBack(platter, house, Math.max(firstSequence, lastSequence - READ_BACK));
  }

  /** Reads events back from the disk, and compares. */
  readBack(platter: Platter, { parts }: House, from: number): void {
    let expected = from;
    for (const recorded of platter.find(query(from - 1, this.keptLast + 1))) {
      const { sequence } = recorded;
      const text = textOf(eventMessage(recorded, parts.serverId));
      const before = this.#text.get(sequence);
      this.#verdicts.demand(
        sequence === expected && (before === undefined || before === text),
        "record",
        () => `read back as ${sequence}: ${text}; it was ${expected}: ${before}`,
      );
      expected = sequence + 1;
    }
    this.#verdicts.demand(
      expected === this.keptLast + 1,
      "record",
      () => `the disk has events up to ${expected - 1}; ${this.keptLast} were shown`,
    );
  }

  watched(watcher: SimWatcher, { event }: WatchEventsResponse): void {
    const sequence = Number(event!.sequence);
    const expected = watcher.expects;
    this.#verdicts.demand(
      expected === undefined || sequence === expected,
      "resumes-exactly",
      () => `${watcher.name} was told ${sequence} where ${expected} was next`,
    );
    this.#verdicts.demand(
      sequence <= this.keptLast,
      "told-is-kept",
      () => `${watcher.name} was told ${sequence}; ${this.keptLast} is kept`,
    );
    const text = textOf(event!);
    const kept = this.#text.get(sequence);
    this.#verdicts.demand(
      kept === undefined || kept === text,
      "record",
      () => `${watcher.name} was told ${sequence}: ${text}; kept is ${kept}`,
    );
  }

  outOfRange(watcher: SimWatcher, { engine }: House): void {
    const last = Number(watcher.lastSequence ?? 0n);
    this.#verdicts.demand(
      last <= engine.log.lastSequence,
      "told-is-kept",
      () => `${watcher.name} was told ${last}, which the server does not know any more`,
    );
  }

  /** Takes the settings by which the record is judged. */
  watch({ backlogEvents }: ServerSettings): void {
    this.#bound = backlogEvents;
  }

  look({ engine }: House, { historyEvents }: ServerSettings): void {
    const { firstSequence, lastSequence } = engine.log;
    this.#verdicts.demand(
      firstSequence <= Math.max(1, lastSequence - historyEvents + 1),
      "history",
      () => `kept are ${firstSequence} to ${lastSequence}; ${historyEvents} are to be`,
    );
    // Forgetting takes its time, and rests while the disk is in trouble; it does not rest for ever.
    this.#tooMany = lastSequence - firstSequence > historyEvents + 200 ? this.#tooMany + 1 : 0;
    this.#verdicts.demand(
      this.#tooMany < 20,
      "history",
      () => `kept are ${firstSequence} to ${lastSequence}, and only ${historyEvents} are to be`,
    );
  }

  /** Notes something that happened to an agent, for people. */
  note(agent: string, line: string): void {
    const told = this.#told.get(agent) ?? [];
    this.#told.set(agent, told);
    told.push(`${String(Math.round(this.#world.now)).padStart(9)} ms  ${line}`);
    if (told.length > LAST_TOLD) told.shift();
  }

  #remember(agent: string, { sequence, event }: RecordedEvent): void {
    const epoch = "epoch" in event ? ` (epoch ${event.epoch})` : "";
    this.note(agent, `#${sequence} ${event.type}${epoch}: ${event.reason}`);
  }
}

function query(after: number, before: number): EventQuery {
  return { filter: {} as EventFilter, after, before, newestFirst: false, limit: 1e9 };
}

/** An event as everybody reads it. */
function textOf(event: Event): string {
  return [
    event.type,
    event.organizationId,
    event.agentId,
    event.epoch,
    event.from,
    event.to,
    event.occurredAt?.seconds,
    event.occurredAt?.nanos,
    event.missedBeats,
    event.reason,
    JSON.stringify(event.details),
    event.task?.taskId,
    event.task?.state,
  ].join("|");
}
