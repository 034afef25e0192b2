/** What a callback may return: nothing, or a promise whose rejection goes to `log`. */
export type MaybeAsync = void | Promise<void>;

/** Where warnings go; a pino logger or `console` fits. */
export interface Log {
  warn(message: string): void;
}

/** Calls what the program handed in, and never lets what goes wrong there reach the agent's own work. */
export class Callbacks {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Calls `callback`, if there is one, with `argument`. Never throws, never rejects. */
  call<T>(name: string, callback: ((argument: T) => MaybeAsync) | undefined, argument: T): void {
    if (callback === undefined) return;
    try {
      const result: unknown = callback(argument);
      Promise.resolve(result).catch((error) => this.warn(`${name} rejected: ${messageOf(error)}`));
    } catch (error) {
      this.warn(`${name} threw: ${messageOf(error)}`);
    }
  }

  warn(message: string): void {
    try {
      this.#log.warn(message);
    } catch {
      // A log that throws has nobody left to tell.
    }
  }
}

/** Anything that was thrown, in words. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return "something that cannot be shown";
  }
}
