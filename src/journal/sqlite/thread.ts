import { Worker } from "node:worker_threads";
import type {
  AnswerMessage,
  Caller,
  CallMessage,
  CallName,
  Calls,
  Failure,
  ThreadSettings,
} from "./calls.ts";
import { JournalError, messageOf, StoreError } from "./errors.ts";

/** The same entry from the sources and from what is built of them. */
const entry = new URL(
  import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js",
  import.meta.url,
);

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A thread for calls that wait for the disk. Begun with its first call; one that died takes its calls
 * with it, and the next call begins another. Keeps the process alive while a call is under way.
 */
export class Thread implements Caller {
  readonly #name: string;
  readonly #settings: ThreadSettings;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;

  constructor(name: string, settings: ThreadSettings) {
    this.#name = name;
    this.#settings = settings;
  }

  call<Name extends CallName>(
    name: Name,
    argument: Parameters<Calls[Name]>[0],
  ): Promise<ReturnType<Calls[Name]>> {
    return new Promise((resolve, reject) => {
      this.#worker ??= this.#begin();
      const id = ++this.#lastId;
      const message: CallMessage = { id, name, argument };
      this.#worker.postMessage(message);
      this.#waiting.set(id, { resolve, reject });
      if (this.#waiting.size === 1) this.#worker.ref();
    });
  }

  async end(): Promise<void> {
    await this.#worker?.terminate();
  }

  #begin(): Worker {
    const worker = new Worker(entry, { name: this.#name, workerData: this.#settings });
    let reason = "it ended";
    worker.unref();
    worker.on("message", (answer: AnswerMessage) => this.#settle(answer));
    worker.on("error", (error) => {
      reason = messageOf(error);
    });
    worker.on("exit", () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#abandon(`the thread ${this.#name} is gone: ${reason}`);
    });
    return worker;
  }

  #settle(answer: AnswerMessage): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ("failure" in answer) waiting?.reject(errorOf(answer.failure));
    else waiting?.resolve(answer.value as never);
  }

  #abandon(reason: string): void {
    const abandoned = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of abandoned) reject(new StoreError("ended", reason));
  }
}

function errorOf({ message, trouble }: Failure): Error {
  return trouble === undefined ? new JournalError(message) : new StoreError(trouble, message);
}
