import { createInterface } from "node:readline";
import { within } from "../../bench/processes.ts";
import type { Program } from "../support/process.ts";
import type { Order, Report, Saw } from "./protocol.ts";

/** A report and when it came, by `performance.now()`. */
export interface Heard extends Report {
  readonly at: number;
}

interface Wish {
  readonly saw: Saw;
  readonly resolve: (heard: Heard) => void;
  readonly reject: (error: Error) => void;
}

/** A testee that runs: takes orders, and remembers what it reported. */
export class TesteeProcess implements AsyncDisposable {
  readonly program: Program;
  readonly heard: Heard[] = [];
  /** What both sides said, for whoever has to find out what went wrong. */
  readonly transcript: string[] = [];
  /** Up to where each kind has been looked at. */
  readonly #looked = new Map<Saw, number>();
  readonly #wishes = new Set<Wish>();
  #crash: string | undefined;

  constructor(program: Program) {
    this.program = program;
    createInterface({ input: program.child.stdout! }).on("line", (line) => this.#hear(line));
    program.child.stdin?.on("error", () => {});
    const end = (how: string) => {
      this.#note(how);
      this.#fail(`the testee ${how}`);
    };
    program.exited.then(
      ({ code, signal }) => end(`ended with ${signal ?? code}`),
      (error: Error) => end(`could not be started: ${error.message}`),
    );
  }

  get pid(): number {
    return this.program.pid;
  }

  tell(order: Order): void {
    this.#note(`< ${JSON.stringify(order)}`);
    this.program.child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** No more orders. */
  closeInput(): void {
    this.#note("< end of input");
    this.program.child.stdin?.end();
  }

  /** The next report of a kind that was not looked at yet. */
  async next(saw: Saw, withinMs: number): Promise<Heard> {
    const from = this.#looked.get(saw) ?? 0;
    const index = this.heard.findIndex((heard, index) => index >= from && heard.saw === saw);
    if (index >= 0) {
      this.#looked.set(saw, index + 1);
      return this.heard[index]!;
    }
    if (this.#crash !== undefined) throw new Error(this.#crash);
    let wish: Wish | undefined;
    try {
      return await within<Heard>(withinMs, `the report "${saw}"`, (resolve, reject) => {
        wish = { saw, resolve, reject };
        this.#wishes.add(wish);
      });
    } finally {
      if (wish !== undefined) this.#wishes.delete(wish);
    }
  }

  count(saw: Saw): number {
    return this.heard.filter((heard) => heard.saw === saw).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
  }

  #hear(line: string): void {
    this.#note(`> ${line}`);
    let heard: Heard;
    try {
      heard = { ...(JSON.parse(line) as Report), at: performance.now() };
    } catch {
      return this.#fail(`not JSON: ${line}`);
    }
    this.heard.push(heard);
    if (heard.saw === "crash") return this.#fail(`the testee crashed: ${String(heard.error)}`);
    for (const wish of this.#wishes) {
      if (wish.saw !== heard.saw) continue;
      // At once: the next line may be of the same kind, and come before who waits has its turn.
      this.#wishes.delete(wish);
      this.#looked.set(wish.saw, this.heard.length);
      wish.resolve(heard);
    }
  }

  #note(line: string): void {
    this.transcript.push(line.length > 300 ? `${line.slice(0, 300)} …` : line);
  }

  /** From now on nothing can be waited for. */
  #fail(reason: string): void {
    this.#crash ??= reason;
    for (const { reject } of this.#wishes) reject(new Error(reason));
  }
}
