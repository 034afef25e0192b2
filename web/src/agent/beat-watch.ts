import { Code, ConnectError } from "@connectrpc/connect";
import { effect, type Signal, signal } from "@preact/signals";
import { Backoff } from "../../../src/agent/backoff.ts";
import { type Clock, sleep } from "../../../src/clock.ts";
import type { Api } from "../data/client.ts";
import { heardOf, type Link } from "../data/link.ts";
import { Trace } from "./trace.ts";

export interface BeatWatchParts {
  readonly clock: Clock;
  readonly api: Pick<Api, "status">;
  readonly link: Signal<Link>;
}

/** Whether beats are told. */
export type Listening =
  | "connecting"
  | "listening"
  /** The link is lost, or the stream of the beats alone. */
  | "lost"
  /** The server has no such call. */
  | "absent";

const WAITS = { initialMs: 250, maxMs: 5_000 } as const;
/** A beat that another answer knows of is told by the stream within this time, or never. */
const OVERDUE_MS = 2_000;
/** As far apart as two answers may place the same beat. */
const SAME_BEAT_MS = 250;

/**
 * Watches the beats of one agent as long as the link is live: the only stream where no wall is
 * shown. When the link is lost nothing is known from the instant at which the server was last heard.
 */
export class BeatWatch {
  readonly trace = new Trace();
  readonly listening: Signal<Listening> = signal("connecting");
  readonly #parts: BeatWatchParts;
  readonly #agent: { readonly organizationId: string; readonly agentId: string };
  readonly #forget: () => void;
  #watching: AbortController | undefined;
  #stream: AbortController | undefined;
  /** A beat that was not told when it was first known of, and what had been told then. */
  #owed: { readonly toldAt: number; readonly since: number } | undefined;

  constructor(parts: BeatWatchParts, agent: { organizationId: string; agentId: string }) {
    this.#parts = parts;
    this.#agent = agent;
    this.#forget = effect(() => this.#follow(parts.link.value));
  }

  stop(): void {
    this.#forget();
    this.#watching?.abort();
  }

  /**
   * Another answer tells when the last beat came. A stream that does not tell of it either has died without
   * an end: it is taken up anew.
   */
  compare(lastBeatAt: number, now: number): void {
    const toldAt = this.trace.last?.at ?? Number.NEGATIVE_INFINITY;
    if (!this.trace.isOpen || lastBeatAt - toldAt < SAME_BEAT_MS) this.#owed = undefined;
    else if (this.#owed?.toldAt !== toldAt) this.#owed = { toldAt, since: now };
    else if (now - this.#owed.since >= OVERDUE_MS) {
      this.#owed = undefined;
      this.#close(toldAt);
      this.#stream?.abort();
    }
  }

  #follow(link: Link): void {
    if (link.kind === "live") {
      if (this.#watching !== undefined) return;
      const watching = new AbortController();
      this.#watching = watching;
      void this.#keepUp(watching.signal);
      return;
    }
    this.#watching?.abort();
    this.#watching = undefined;
    const heard = heardOf(link);
    if (heard !== undefined) this.#close(heard.mono);
  }

  #close(at: number): void {
    this.trace.close(at);
    if (this.listening.peek() !== "absent") this.listening.value = "lost";
  }

  async #keepUp(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    const backoff = new Backoff(WAITS, Math.random);
    while (!signal.aborted) {
      const since = clock.now().mono;
      const stream = new AbortController();
      this.#stream = stream;
      try {
        await this.#watch(AbortSignal.any([signal, stream.signal]));
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ConnectError && error.code === Code.Unimplemented) {
          this.listening.value = "absent";
          return;
        }
      }
      if (signal.aborted) return;
      this.#close(clock.now().mono);
      await sleep(clock, backoff.afterLoss(clock.now().mono - since), signal);
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { api, clock } = this.#parts;
    for await (const answer of api.status.watchBeats(this.#agent, { signal })) {
      if (signal.aborted) return;
      this.trace.told(answer, clock.now().mono);
      this.listening.value = "listening";
    }
  }
}
