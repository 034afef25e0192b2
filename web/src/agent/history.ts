import { type CallOptions, ConnectError } from "@connectrpc/connect";
import { type Signal, signal } from "@preact/signals";
import type { Event } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { Api } from "../data/client.ts";
import type { EventLog } from "../data/event-log.ts";

export interface History {
  /** The newest first. */
  readonly events: readonly Event[];
  /** Empty when there is nothing older. */
  readonly olderToken: string;
  readonly isAsking: boolean;
  /** Why the last question failed; empty when it did not. */
  readonly trouble: string;
}

export interface HistoryParts {
  readonly api: Pick<Api, "status">;
  readonly events: EventLog;
}

const PAGE_SIZE = 50;
/** Beyond this the oldest are let go; what is older than a screen's worth was asked for by hand. */
export const MOST_EVENTS = 2_000;
const ANSWER_WITHIN_MS = 10_000;
const nothing: History = { events: [], olderToken: "", isAsking: true, trouble: "" };

/**
 * What happened to one agent: pages of the history as far back as somebody scrolls, and before them what
 * happens now, which the page's own watch of the events tells.
 */
export class AgentHistory {
  readonly history: Signal<History> = signal(nothing);
  readonly #parts: HistoryParts;
  readonly #agent: { readonly organizationId: string; readonly agentId: string };
  readonly #forget: () => void;
  #asking = new AbortController();

  constructor(parts: HistoryParts, agent: { organizationId: string; agentId: string }) {
    this.#parts = parts;
    this.#agent = agent;
    this.#forget = parts.events.onEvent((event) => {
      if (event === undefined) this.reload();
      else if (this.#isOurs(event) && this.#isNewer(event)) this.#put([event], "newer");
    });
    this.reload();
  }

  stop(): void {
    this.#forget();
    this.#asking.abort();
  }

  /** From the newest on: another journal, or a hole in what was told. */
  reload(): void {
    this.#asking.abort();
    this.#asking = new AbortController();
    this.history.value = { ...nothing, events: this.history.peek().events };
    void this.#ask("", this.#asking.signal);
  }

  /** The next page. Harmless while one is asked for, and when there is none. */
  older(): void {
    const { olderToken, isAsking } = this.history.peek();
    if (isAsking || olderToken === "") return;
    this.history.value = { ...this.history.peek(), isAsking: true };
    void this.#ask(olderToken, this.#asking.signal);
  }

  async #ask(pageToken: string, signal: AbortSignal): Promise<void> {
    const { api } = this.#parts;
    const request = { ...this.#agent, newestFirst: true, pageSize: PAGE_SIZE, pageToken };
    const options: CallOptions = { signal, timeoutMs: ANSWER_WITHIN_MS };
    try {
      const { events, nextPageToken } = await api.status.listEvents(request, options);
      if (signal.aborted) return;
      if (pageToken === "") this.#startWith(events);
      else this.#put(events, "older");
      this.#settle({ olderToken: this.#isFull ? "" : nextPageToken, trouble: "" });
    } catch (error) {
      if (signal.aborted) return;
      this.#settle({ trouble: ConnectError.from(error).rawMessage });
    }
  }

  get #isFull(): boolean {
    return this.history.peek().events.length >= MOST_EVENTS;
  }

  #settle(change: Partial<History>): void {
    this.history.value = { ...this.history.peek(), isAsking: false, ...change };
  }

  /** What was told live while the first page was under way may be newer than it. */
  #startWith(page: readonly Event[]): void {
    const newest = page[0]?.sequence ?? 0n;
    const newer = this.#parts.events.events.filter(
      (event) => event.sequence > newest && this.#isOurs(event),
    );
    this.history.value = { ...this.history.peek(), events: [...newer.reverse(), ...page] };
  }

  #put(events: readonly Event[], where: "newer" | "older"): void {
    const before = this.history.peek();
    const all = where === "newer" ? [...events, ...before.events] : [...before.events, ...events];
    this.history.value = { ...before, events: all.slice(0, MOST_EVENTS) };
  }

  /** What happened before the page was opened is told as well, and is in a page already. */
  #isNewer({ sequence }: Event): boolean {
    return sequence > (this.history.peek().events[0]?.sequence ?? 0n);
  }

  #isOurs({ organizationId, agentId }: Event): boolean {
    return organizationId === this.#agent.organizationId && agentId === this.#agent.agentId;
  }
}
