import { Code, ConnectError } from "@connectrpc/connect";
import type { WatchAgentsRequest } from "../../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { type Clock, sleep } from "../../clock.ts";
import type { Connection } from "../client.ts";
import { isPassing, networkFault } from "../failure.ts";
import { STEADY_AFTER_MS, waitBefore } from "../follow.ts";
import {
  applyAnswer,
  applyChange,
  beginSnapshot,
  emptyFleet,
  type Fleet,
  type Sighting,
} from "./fleet.ts";
import type { Link } from "./overview.ts";
import { nextOverview, type Overview } from "./standing.ts";

/** Which agents are wanted; `organizationId` is never empty. */
export type Question = Pick<WatchAgentsRequest, "organizationId" | "states" | "agentType">;

const ROUND_MS = 1_000;
/** Three answers in a row that did not come: what is shown may be old, and is told as such. */
const SILENT_AFTER_MS = 3_500;
const CALLS_AT_ONCE = 4;

/** Keeps up with what a server tells of its agents, across broken connections. */
export class Feed {
  readonly #clock: Clock;
  readonly #connection: Connection;
  readonly #question: Question;
  #fleet: Fleet = emptyFleet();
  #overview: Overview | undefined;
  #kind: Link["kind"] = "connecting";
  #heardAt: number;
  #why = "";

  constructor(clock: Clock, connection: Connection, question: Question) {
    this.#clock = clock;
    this.#connection = connection;
    this.#question = question;
    this.#heardAt = clock.now().mono;
  }

  get sightings(): ReadonlyMap<string, Sighting> {
    return this.#fleet.sightings;
  }

  get overview(): Overview | undefined {
    return this.#overview;
  }

  link(now: number): Link {
    const isSilent = this.#kind === "live" && now - this.#heardAt > SILENT_AFTER_MS;
    return isSilent
      ? { kind: "lost", heardAt: this.#heardAt, why: "no answer" }
      : { kind: this.#kind, heardAt: this.#heardAt, why: this.#why };
  }

  /** Asks for the monitor as a whole. Rejects when there is no answer. */
  async ask(signal: AbortSignal): Promise<void> {
    const { status, unary } = this.#connection;
    const { organizationId } = this.#question;
    const answer = await status.getStatus({ organizationId }, { ...unary, signal });
    const now = this.#heard();
    this.#overview = nextOverview(this.#overview, answer, now);
  }

  /** Asks for all agents once. Rejects when they do not come within the time for an answer. */
  async readOnce(): Promise<void> {
    const ending = new AbortController();
    try {
      await this.ask(ending.signal);
      await this.#watchOnce({ ...this.#connection.unary, signal: ending.signal }, () =>
        ending.abort(),
      );
    } catch (error) {
      if (!ending.signal.aborted) throw error;
    }
  }

  /** Keeps up until the signal; `wanted` tells once a second whom to ask about. Rejects for good only. */
  async run(signal: AbortSignal, wanted: () => readonly Sighting[]): Promise<void> {
    const ending = new AbortController();
    const either = AbortSignal.any([signal, ending.signal]);
    const untilEnd = async (work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        if (!either.aborted) throw error;
      } finally {
        ending.abort();
      }
    };
    await Promise.all([
      untilEnd(() => this.#watch(either)),
      untilEnd(() => this.#every(either, () => this.ask(either))),
      untilEnd(() => this.#every(either, () => this.#refresh(wanted(), either))),
    ]);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    for (let attempts = 1; !signal.aborted; attempts++) {
      let standsSince = Number.POSITIVE_INFINITY;
      try {
        await this.#watchOnce({ signal }, () => {
          standsSince = this.#clock.now().mono;
        });
        this.#lost("the server ended the watch");
      } catch (error) {
        if (signal.aborted) return;
        this.#lost(reasonToGoOn(error));
      }
      // A server that drains accepts, too, and ends at once.
      if (this.#clock.now().mono - standsSince >= STEADY_AFTER_MS) attempts = 1;
      await sleep(this.#clock, waitBefore(attempts), signal);
    }
  }

  async #watchOnce(
    options: { readonly signal: AbortSignal; readonly timeoutMs?: number },
    onSnapshot: () => void,
  ): Promise<void> {
    const { organizationId } = this.#question;
    this.#fleet = beginSnapshot(this.#fleet);
    for await (const { change } of this.#connection.status.watchAgents(this.#question, options)) {
      const now = this.#heard();
      this.#fleet = applyChange(this.#fleet, change, organizationId, now);
      if (change.case !== "snapshotComplete") continue;
      this.#kind = "live";
      this.#why = "";
      this.#heard();
      onSnapshot();
    }
  }

  /** Once a round until the signal, whatever passes. */
  async #every(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#clock, ROUND_MS, signal);
      try {
        await work();
      } catch (error) {
        if (signal.aborted) return;
        // The watch knows better whether the connection is lost.
        reasonToGoOn(error);
      }
    }
  }

  async #refresh(wanted: readonly Sighting[], signal: AbortSignal): Promise<void> {
    if (this.link(this.#clock.now().mono).kind !== "live") return;
    const waiting = [...wanted];
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        await this.#refreshOne(next, signal);
      }
    };
    await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
  }

  async #refreshOne(seen: Sighting, signal: AbortSignal): Promise<void> {
    const { organizationId, agentId } = seen.agent;
    const { status, unary } = this.#connection;
    try {
      const { agent } = await status.getAgent({ organizationId, agentId }, { ...unary, signal });
      if (agent !== undefined) applyAnswer(this.#fleet, agent, seen, this.#clock.now().mono);
    } catch (error) {
      // That it is gone is for the watch to tell.
      if (!(error instanceof ConnectError && error.code === Code.NotFound)) throw error;
    }
  }

  /** Without a watch that stands a sign of life says nothing of how old the agents are. */
  #heard(): number {
    const now = this.#clock.now().mono;
    if (this.#kind !== "lost") this.#heardAt = now;
    return now;
  }

  #lost(why: string): void {
    if (this.#kind !== "lost") this.#why = why;
    this.#kind = "lost";
  }
}

/** Why the connection is lost for now; throws the error again when trying again cannot help. */
function reasonToGoOn(error: unknown): string {
  const isSlow = error instanceof ConnectError && error.code === Code.ResourceExhausted;
  if (isSlow) return "too slow for its changes";
  if (!isPassing(error)) throw error;
  return networkFault(error) ?? error.rawMessage;
}
