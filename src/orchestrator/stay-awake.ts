import { MessageChannel } from "node:worker_threads";

/**
 * Keeps the process alive: for an orchestrator whose agents are all between two lives, or done, since
 * no timer of the clock does.
 */
export class StayAwake {
  readonly #port = new MessageChannel().port1;

  constructor() {
    this.#port.ref();
  }

  release(): void {
    this.#port.close();
  }
}
