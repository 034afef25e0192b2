import { type CallOptions, Code, ConnectError } from "@connectrpc/connect";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { GetStatusResponse } from "../../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { Backoff } from "../../../src/agent/backoff.ts";
import { nextOverview, type Overview } from "../../../src/cli/top/standing.ts";
import { type Clock, sleep, type Timer } from "../../../src/clock.ts";
import type { Api } from "./client.ts";
import type { EventLog } from "./event-log.ts";
import type { Fleet } from "./fleet.ts";
import { type Heard, heardOf, type Link, type LinkNews, linkAt, nextLink } from "./link.ts";
import { Owed } from "./owed.ts";

const ROUND_MS = 1_000;
/** How often it is looked at how long the server has been silent. */
const LISTEN_MS = 250;
/** Shorter than the silence that counts as lost, so that another question is asked before it does. */
const ANSWER_WITHIN_MS = 2_500;
const WAITS = { initialMs: 250, maxMs: 5_000 } as const;
/** Events from before the page was opened. */
const EVENTS_BEFORE = 300n;
const PAGE_SIZE = 1_000;

export interface LiveParts {
  readonly clock: Clock;
  readonly api: Api;
  readonly fleet: Fleet;
  readonly events: EventLog;
  /** Whose agents: "*" for all that there are. */
  organizationId(): string;
}

/** One of the streams, and what it means that it broke. */
interface Watch {
  watch(signal: AbortSignal): Promise<void>;
  broken(why: string): void;
}

/**
 * Keeps up with the server: its agents, its events and the figures of the whole, across broken
 * connections. Two streams while agents are shown, and otherwise none; one question a second; and nothing
 * at all while nobody looks.
 */
export class Live {
  readonly link: Signal<Link> = signal({ kind: "connecting" });
  readonly overview: Signal<Overview | undefined> = signal(undefined);
  /** Why events do not come, while the agents do; empty while they come. They are resumed, and not lost. */
  readonly eventsTrouble: ReadonlySignal<string>;
  readonly #eventsTrouble: Signal<string> = signal("");
  readonly #parts: LiveParts;
  readonly #owed: Owed;
  #looking: AbortController | undefined;
  #areAgentsShown = true;
  #streams = new AbortController();
  /** When the agents were last shown: they are as old as that. */
  #agentsAsOf: Heard | undefined;
  #listening: Timer | undefined;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.eventsTrouble = this.#eventsTrouble;
    this.#owed = new Owed(parts.clock);
  }

  /** Whether somebody looks: nothing is asked of the server otherwise. */
  get isListening(): boolean {
    return this.#looking !== undefined;
  }

  /** Whose agents are told: "*" for all that there are. */
  get organizationId(): string {
    return this.#parts.organizationId();
  }

  /** Takes up the streams. Harmless while they are up. */
  start(): void {
    if (this.#looking !== undefined) return;
    const looking = new AbortController();
    this.#looking = looking;
    if (this.#areAgentsShown) this.#openStreams(looking.signal);
    void this.#poll(looking.signal);
    this.#listening = this.#parts.clock.every(LISTEN_MS, () => this.#noticeSilence());
  }

  /** Lets go of them: a browser has six connections to a server, for all of its tabs. */
  stop(): void {
    this.#looking?.abort();
    this.#looking = undefined;
    this.#listening?.cancel();
    this.#owed.forget();
    this.#news({ kind: "hidden" });
  }

  /**
   * Where no agents are shown, events are asked for with the status: a browser has six connections to a
   * server for all its windows, and one that shows an agent needs one for its beats.
   */
  showAgents(areShown: boolean): void {
    if (areShown === this.#areAgentsShown) return;
    this.#areAgentsShown = areShown;
    if (areShown) {
      this.#news({ kind: "shown", asOf: this.#agentsAsOf });
      if (this.#looking !== undefined) this.#openStreams(this.#looking.signal);
    } else {
      if (this.#parts.fleet.isComplete) this.#agentsAsOf = heardOf(this.link.peek());
      this.#streams.abort();
      this.#owed.forget();
    }
  }

  #openStreams(looking: AbortSignal): void {
    this.#streams = new AbortController();
    const signal = AbortSignal.any([looking, this.#streams.signal]);
    void this.#keepUp(signal, {
      watch: (signal) => this.#watchAgents(signal),
      broken: (why) => this.#news({ kind: "broken", why }),
    });
    void this.#keepUp(signal, {
      watch: (signal) => this.#watchEvents(signal),
      broken: (why) => {
        this.#eventsTrouble.value = why;
      },
    });
  }

  /** As after a stop: with another token everything is another. */
  restart(): void {
    this.stop();
    this.#agentsAsOf = undefined;
    this.link.value = { kind: "connecting" };
    this.start();
  }

  /** Before that a snapshot is under way, which takes as long as it takes: nothing else is owed. */
  get #isLive(): boolean {
    return this.link.value.kind === "live";
  }

  #news(news: LinkNews): void {
    this.link.value = nextLink(this.link.value, news);
  }

  /** Runs one watch after the other until the signal, with growing waits. */
  async #keepUp(signal: AbortSignal, { watch, broken }: Watch): Promise<void> {
    const { clock } = this.#parts;
    const backoff = new Backoff(WAITS, Math.random);
    while (!signal.aborted) {
      const since = clock.now().mono;
      const ending = new AbortController();
      const either = AbortSignal.any([signal, ending.signal]);
      const stopWaiting = this.#owed.whenOverdue(() => ending.abort());
      try {
        await watch(either);
        broken("the server ended the connection");
      } catch (error) {
        if (signal.aborted) return;
        if (isRefusal(error)) return this.#news({ kind: "refused", why: error.rawMessage });
        broken(ending.signal.aborted ? "news of the agents stopped coming" : reasonOf(error));
      } finally {
        stopWaiting();
      }
      await sleep(clock, backoff.afterLoss(clock.now().mono - since), signal);
    }
  }

  async #watchAgents(signal: AbortSignal): Promise<void> {
    const { api, clock, fleet, organizationId } = this.#parts;
    const changes = api.status.watchAgents({ organizationId: organizationId() }, { signal });
    fleet.beginSnapshot();
    for await (const { change } of changes) {
      const now = clock.now();
      fleet.apply(change, now.mono);
      this.#owed.agentTold(now.mono);
      if (change.case === "snapshotComplete") this.#news({ kind: "whole", at: now });
    }
  }

  async #watchEvents(signal: AbortSignal): Promise<void> {
    const { api, clock, events, organizationId } = this.#parts;
    const status = await api.status.getStatus(
      { organizationId: organizationId() },
      { signal, timeoutMs: ANSWER_WITHIN_MS },
    );
    this.#beginEvents(status);
    const request = { organizationId: organizationId(), afterSequence: events.lastSequence };
    try {
      // Until the next event a watch is silent, headers and all. That nothing is missing is known before.
      if (events.lastSequence >= status.lastSequence) this.#eventsTrouble.value = "";
      for await (const { event } of api.status.watchEvents(request, { signal })) {
        if (event === undefined) continue;
        this.#eventsTrouble.value = "";
        events.add(event);
        if (this.#isLive) this.#owed.eventTold(event, clock.now().mono);
      }
    } catch (error) {
      this.#skipForgotten(error);
      throw error;
    }
  }

  /** Anew where they do not go on: with another journal, or when what comes next is forgotten. */
  #beginEvents({ journalId, firstSequence, lastSequence }: GetStatusResponse): void {
    const { events } = this.#parts;
    const isKept = firstSequence <= events.lastSequence + 1n;
    if (journalId === events.journalId && events.lastSequence <= lastSequence && isKept) return;
    const wanted = lastSequence > EVENTS_BEFORE ? lastSequence - EVENTS_BEFORE : 0n;
    const kept = firstSequence > 0n ? firstSequence - 1n : 0n;
    events.beginJournal(journalId, wanted > kept ? wanted : kept, lastSequence);
  }

  /** Up to those that the status knows of, which no stream tells. */
  async #askEvents(status: GetStatusResponse, options: CallOptions): Promise<void> {
    const { api, events, organizationId } = this.#parts;
    this.#beginEvents(status);
    while (events.lastSequence < status.lastSequence) {
      const afterSequence = events.lastSequence;
      const request = { organizationId: organizationId(), afterSequence, pageSize: PAGE_SIZE };
      const answer = await api.status.listEvents(request, options);
      for (const event of answer.events) events.add(event);
      // The others are another organization's.
      if (answer.nextPageToken === "") events.skipTo(status.lastSequence);
    }
    this.#eventsTrouble.value = "";
  }

  /** After a pause longer than the history, or as a reader that was too slow: on from what is kept. */
  #skipForgotten(error: unknown): void {
    if (!(error instanceof ConnectError)) return;
    const { events } = this.#parts;
    const told = error.metadata.get("heartbeat-resume-after");
    if (told !== null && /^\d+$/.test(told)) events.skipTo(BigInt(told));
    if (error.code === Code.OutOfRange) events.beginJournal("", 0n);
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    while (!signal.aborted) {
      await this.#ask(signal);
      await sleep(clock, ROUND_MS, signal);
    }
  }

  /** The silence of a live link grows with time alone. What was not told in it a new watch will tell. */
  #noticeSilence(): void {
    const link = linkAt(this.link.value, this.#parts.clock.now());
    if (link === this.link.value) return;
    this.link.value = link;
    this.#owed.giveUp();
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { api, clock, events, organizationId } = this.#parts;
    try {
      const options = { signal, timeoutMs: ANSWER_WITHIN_MS };
      const answer = await api.status.getStatus({ organizationId: organizationId() }, options);
      const now = clock.now();
      this.overview.value = nextOverview(this.overview.value, answer, now.mono);
      this.#news({ kind: this.#areAgentsShown ? "answer" : "whole", at: now });
      if (!this.#areAgentsShown) await this.#askEvents(answer, options);
      else if (this.#isLive && organizationId() === "*") {
        this.#owed.sequenceKnown(answer.lastSequence, events.lastSequence);
      }
    } catch (error) {
      // The watches know better whether the connection is lost; and without answers silence grows.
      if (!signal.aborted && isRefusal(error)) {
        this.#news({ kind: "refused", why: error.rawMessage });
      }
    }
  }
}

const refusals: readonly Code[] = [Code.Unauthenticated, Code.PermissionDenied];

/** Nothing changes it but another token. */
export function isRefusal(error: unknown): error is ConnectError {
  return error instanceof ConnectError && refusals.includes(error.code);
}

/** Why there is no news, in words. */
function reasonOf(error: unknown): string {
  if (!(error instanceof ConnectError)) return String(error);
  if (error.code === Code.ResourceExhausted) return "this browser was too slow for the news";
  // What a browser says of a socket that is gone differs from one to the other, and helps nobody.
  const isOfServer = error.cause === undefined && error.rawMessage !== "";
  return isOfServer ? error.rawMessage : "the server cannot be reached";
}
