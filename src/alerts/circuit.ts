import { type BackoffBounds, ceilingMs } from "../agent/backoff.ts";

/** How a channel's other side does. Instants are of the monitor's clock. */
type State =
  | { readonly name: "closed"; readonly failures: number }
  /** It is left alone until an instant, after which one message is tried; until when by its own wish. */
  | {
      readonly name: "open";
      readonly until: number;
      readonly askedUntil: number;
      readonly step: number;
    }
  | { readonly name: "probing"; readonly step: number };

/** So many failures one after the other, and the whole channel waits. */
const FAILURES = 3;
/** How long it waits: a dead receiver is asked once a minute, whatever waits for it. */
const rest: BackoffBounds = { initialMs: 1_000, maxMs: 60_000 };

/** Keeps a thousand messages from being tried in turn at a receiver that is not there. */
export class Circuit {
  #state: State = { name: "closed", failures: 0 };

  get isClosed(): boolean {
    return this.#state.name === "closed";
  }

  /** When it may be tried again; undefined while nothing keeps it from that, or a try is under way. */
  get restsUntil(): number | undefined {
    return this.#state.name === "open" ? this.#state.until : undefined;
  }

  /** How many messages may be under way. */
  room(now: number, usually: number): number {
    if (this.#state.name === "closed") return usually;
    if (this.#state.name === "open" && now >= this.#state.until) return 1;
    return 0;
  }

  /** A message is tried. */
  begin(): void {
    if (this.#state.name === "open") this.#state = { name: "probing", step: this.#state.step };
  }

  /** The other side has answered, if only to refuse a message for good. */
  succeed(): void {
    this.#state = { name: "closed", failures: 0 };
  }

  /** @param retryAfterMs How long the other side asks to be left alone; 0 when it does not say. */
  fail(now: number, retryAfterMs: number): void {
    const state = this.#state;
    if (state.name === "closed") {
      const failures = state.failures + 1;
      if (failures >= FAILURES || retryAfterMs > 0) this.#open(now, 0, retryAfterMs);
      else this.#state = { name: "closed", failures };
    } else if (state.name === "probing") {
      this.#open(now, state.step + 1, retryAfterMs);
    } else if (retryAfterMs > 0) {
      // One of several that were under way when it opened.
      const askedUntil = Math.max(state.askedUntil, now + retryAfterMs);
      this.#state = { ...state, askedUntil, until: Math.max(state.until, askedUntil) };
    }
  }

  /** The try came to nothing, and nobody is to blame. */
  putBack(now: number): void {
    const state = this.#state;
    if (state.name !== "probing") return;
    this.#state = { name: "open", until: now, askedUntil: now, step: state.step };
  }

  /** Somebody asks for a try now: as soon as the other side allows it. */
  hurry(now: number): void {
    const state = this.#state;
    if (state.name === "open") this.#state = { ...state, until: Math.max(now, state.askedUntil) };
  }

  #open(now: number, step: number, retryAfterMs: number): void {
    const restMs = Math.max(ceilingMs(step, rest), retryAfterMs);
    this.#state = { name: "open", until: now + restMs, askedUntil: now + retryAfterMs, step };
  }
}
