import { HeartbeatError } from "../../src/errors.ts";
import type { Services } from "../../src/services/services.ts";
import type { Process } from "./machine.ts";
import type { Path } from "./path.ts";
import type { SimServer } from "./server.ts";

/** How a call ended: with an answer, with a refusal, or nobody knows how. */
export type Outcome<Response> =
  | { readonly kind: "answered"; readonly response: Response }
  | { readonly kind: "refused"; readonly error: HeartbeatError }
  | { readonly kind: "lost" };

const DEADLINE_MS = 10_000;

/** Unary calls over the simulated network: the request, the answer, or both may be lost. */
export class Caller {
  readonly #server: SimServer;
  readonly #process: Process;
  readonly #path: Path;

  constructor(server: SimServer, process: Process, path: Path) {
    this.#server = server;
    this.#process = process;
    this.#path = path;
  }

  /** Calls, and calls back exactly once while the caller's process lives. */
  call<Response>(
    method: (services: Services) => Promise<Response>,
    done: (outcome: Outcome<Response>) => void,
  ): void {
    const { world } = this.#server;
    const random = this.#process.machine.random;
    let isOver = false;
    const end = (outcome: Outcome<Response>) => {
      if (isOver) return;
      isOver = true;
      deadline.cancel();
      done(outcome);
    };
    const deadline = this.#process.clock.after(DEADLINE_MS, () => end({ kind: "lost" }));
    const answer = (outcome: Outcome<Response>) => {
      if (this.#path.isCut("down")) return;
      world.in(this.#path.transit(random), () => this.#process.arrive(-3, () => end(outcome)));
    };
    if (this.#path.isCut("up")) return;
    world.in(this.#path.transit(random), () => {
      const { process, house } = this.#server;
      if (!process || !house) return;
      process.arrive(-3, () => {
        if (!this.#server.takesCalls) return;
        world.stir();
        method(house.services).then(
          (response) => process.alive && answer({ kind: "answered", response }),
          (error) => {
            if (!(error instanceof HeartbeatError)) throw error;
            if (process.alive) answer({ kind: "refused", error });
          },
        );
      });
    });
  }
}
