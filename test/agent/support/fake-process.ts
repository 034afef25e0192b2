import { EventEmitter } from "node:events";
import type { ProcessLike } from "../../../src/agent/farewell.ts";

/** The part of `process` that a farewell needs; a kill is only noted. */
export class FakeProcess {
  readonly pid = 4711;
  exitCode: number | undefined;
  readonly kills: string[] = [];
  readonly #emitter = new EventEmitter();

  on = this.#emitter.on.bind(this.#emitter) as unknown as ProcessLike["on"];
  prependListener = this.#emitter.prependListener.bind(
    this.#emitter,
  ) as unknown as ProcessLike["prependListener"];
  off = this.#emitter.off.bind(this.#emitter) as unknown as ProcessLike["off"];

  listenerCount(name: string | symbol): number {
    return this.#emitter.listenerCount(name);
  }

  kill(_pid: number, signal?: string | number): true {
    this.kills.push(String(signal));
    return true;
  }

  /** As the runtime tells its listeners. */
  emit(name: "SIGTERM" | "SIGINT" | "beforeExit"): void {
    this.#emitter.emit(name, name);
  }

  /** Listeners of every kind. */
  get allListeners(): number {
    const names = this.#emitter.eventNames();
    return names.reduce((sum, name) => sum + this.#emitter.listenerCount(name), 0);
  }
}
