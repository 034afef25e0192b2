/** The checks of the oracle, by name, with what each demands. */
export const checks = {
  "no-false-down": "an agent that lives, runs and reaches the server is not DOWN",
  "no-early-verdict":
    "nobody is SUSPECT or DOWN before the silence that its policy, a restart and a stall allow is over",
  "dead-is-down": "an agent that is not heard from is DOWN by its bound",
  "well-is-alive": "an agent that lives, runs and reaches the server is ALIVE there",
  "drop-is-told": "a stream that ends without a Goodbye is a DROPPED event at once",
  "one-suspicion": "one SUSPECTED an episode, and each event goes on where the one before it ended",
  record:
    "sequences have no gap and are given once; what was kept is read back byte for byte, after every restart",
  "told-is-kept": "a watcher is told only what is kept; an operator is answered only then",
  "resumes-exactly": "a watcher that resumes misses nothing and is told nothing twice",
  history: "events are kept for as long, and as many, as the settings say",
  epochs: "epochs only grow, and no two lives ever hold the same one",
  sums: "populations, lists, beats and tasks agree with one another and with the events",
  restart:
    "a restart takes up what was kept: states, pauses, policies, tasks; it alerts nobody again",
  protection:
    "protection begins when so many fall silent, holds everybody, ends by its bound, and releases at its rate",
  "one-owner":
    "a lost task is at one agent at a time, its epochs grow, and whoever had it before is told to stop at once",
  "lost-is-handed-on":
    "a lost task whose attempt is due does not wait while somebody is there for it",
  "alerts-told":
    "an agent that is DOWN is of one alert, an alert is told when it is due, and what is told arrives",
  "alerts-once":
    "nothing is told before it is kept, nor twice under two names, nor that it fires after it is over",
  acks: "a beat is acknowledged at once, whatever the disk does",
  leaks: "when all have gone, no timer, stream or watcher is left",
  "no-internal-error": "nothing throws that is no refusal",
} as const;

export type Check = keyof typeof checks;

/** A rule that was broken. */
export interface Violation {
  readonly check: Check;
  readonly message: string;
  /** Whose rule it is: organization and id; empty for everybody's. */
  readonly agent: string;
  /** Simulated milliseconds since the beginning. */
  readonly at: number;
}

/** Where violations go: the first one counts, what follows may follow from it. */
export class Verdicts {
  readonly #now: () => number;
  first: Violation | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  fail(check: Check, message: string, agent = ""): void {
    this.first ??= { check, message, agent, at: this.#now() };
  }

  /** Demands that something holds. */
  demand(holds: boolean, check: Check, message: () => string, agent = ""): void {
    if (!holds) this.fail(check, message(), agent);
  }
}
