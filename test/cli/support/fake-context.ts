import { Writable } from "node:stream";
import type { CliContext } from "../../../src/cli/context.ts";
import { runCli } from "../../../src/cli/program.ts";
import { FakeClock } from "../../support/fake-clock.ts";

/** A world in which a command runs, and what it left behind. */
export class FakeWorld {
  readonly clock = new FakeClock();
  readonly died: NodeJS.Signals[] = [];
  #out = "";
  #err = "";
  readonly #handlers = new Map<NodeJS.Signals, Set<(signal: NodeJS.Signals) => void>>();
  readonly #parts: Partial<CliContext>;

  constructor(parts: Partial<CliContext> = {}) {
    this.#parts = parts;
  }

  get out(): string {
    return this.#out;
  }

  get err(): string {
    return this.#err;
  }

  /** Runs `heartbeat …` and resolves with its exit code. */
  run(...argv: string[]): Promise<number> {
    return runCli({ ...this.#context(), ...this.#parts, argv });
  }

  /** Sends the command a signal; false when it does not listen. */
  signal(signal: NodeJS.Signals): boolean {
    const handlers = this.#handlers.get(signal) ?? new Set();
    for (const handler of handlers) handler(signal);
    return handlers.size > 0;
  }

  #context(): CliContext {
    return {
      argv: [],
      env: {},
      stdout: sink((text) => {
        this.#out += text;
      }),
      stderr: sink((text) => {
        this.#err += text;
      }),
      isTTY: false,
      stdinIsTTY: false,
      columns: undefined,
      terminal: undefined,
      clock: this.clock,
      hostName: "box",
      pid: 42,
      version: "1.2.3",
      onSignal: (signals, handler) => this.#listen(signals, handler),
      exit() {},
      die: (signal) => void this.died.push(signal),
      log: { write() {} },
    };
  }

  #listen(
    signals: readonly NodeJS.Signals[],
    handler: (signal: NodeJS.Signals) => void,
  ): () => void {
    for (const signal of signals) {
      this.#handlers.set(signal, (this.#handlers.get(signal) ?? new Set()).add(handler));
    }
    return () => {
      for (const signal of signals) this.#handlers.get(signal)?.delete(handler);
    };
  }
}

function sink(take: (text: string) => void): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      take(String(chunk));
      done();
    },
  });
}
