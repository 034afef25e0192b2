import { sleep, type Timer } from "../../clock.ts";
import type { CliContext } from "../context.ts";
import { streamFault } from "../failure.ts";
import { note } from "../output.ts";
import type { AgentLike, AgentRequest } from "./agent.ts";
import type { Ending } from "./program.ts";

/** How long the end of a program waits at most for its Goodbye to be acknowledged. */
const GOODBYE_MS = 2_000;
const LOOK_EVERY_MS = 1_000;
/** Looks in a row without a connection before it is worth a warning: a server's restart is not. */
const LOOKS_BEFORE_WARNING = 3;

type Request = Omit<AgentRequest, "handleSignals" | "vitals" | "log" | "clock">;

/** Beats for a program while it lives. Whatever goes wrong here is a warning, never the program's. */
export class Watch {
  readonly #context: CliContext;
  readonly #server: string;
  readonly #agent: AgentLike;
  readonly #look: Timer;
  #looksAlone = 0;
  /** Whether "cannot be reached" was the last word about the connection. */
  #warned = false;
  /** Why the last stream, or the last attempt at one, ended; undefined while nothing is amiss. */
  #reason: string | undefined;
  /** Whether the agent gave up for good, and has said why. */
  #over = false;

  private constructor(context: CliContext, request: Request, create: CreateAgent) {
    this.#context = context;
    this.#server = request.server ?? "the server";
    this.#agent = create({
      ...request,
      // The signals are for the program; what it dies of is what the Goodbye tells.
      handleSignals: false,
      // They would be this wrapper's, not the program's.
      vitals: false,
      onWelcome: () => this.#connected(),
      onReconnect: () => this.#connected(),
      onSuperseded: () => this.#end("another process beats under this id; give one another --id"),
      onError: (refused) => this.#end(refused.message),
      onGaveUp: ({ reason }) => this.#heard(reason),
      log: { warn: (message) => this.#heard(message) },
    });
    this.#look = context.clock.every(LOOK_EVERY_MS, () => this.#checkConnection());
  }

  /** Starts beating. */
  static async start(context: CliContext, request: Request): Promise<Watch> {
    const create = context.createAgent ?? (await agentOfThisPackage());
    const watch = new Watch(context, request, create);
    await watch.#agent.start();
    return watch;
  }

  /** Tells the monitor how the program ended; waits for that no longer than {@link GOODBYE_MS}. */
  async end(ending: Ending): Promise<void> {
    this.#look.cancel();
    const told =
      ending.kind === "exited" && ending.code === 0
        ? this.#agent.close("exited with code 0")
        : this.#agent.fail(inWords(ending));
    const failed = (error: unknown) => note(this.#context, `warning: ${String(error)}`);
    await Promise.race([told.then(() => {}, failed), sleep(this.#context.clock, GOODBYE_MS)]);
    // A program may end before its first beat is out; the Goodbye then was the first.
    if (this.#agent.connectionHealth().lastHeartbeatAck === undefined) this.#warnOnce();
  }

  #connected(): void {
    if (this.#warned) note(this.#context, `${this.#server} is back; the program is watched`);
    this.#warned = false;
    this.#reason = undefined;
  }

  /** Takes the reason out of the agent's "the stream is lost (REASON); next attempt in 250 ms". */
  #heard(message: string): void {
    this.#reason = /^the stream is lost \((.*)\); next/s.exec(message)?.[1] ?? message;
  }

  #checkConnection(): void {
    this.#looksAlone = this.#agent.connectionHealth().connected ? 0 : this.#looksAlone + 1;
    if (this.#looksAlone >= LOOKS_BEFORE_WARNING) this.#warnOnce();
  }

  #warnOnce(): void {
    if (this.#warned || this.#over) return;
    this.#warned = true;
    const why = this.#reason === undefined ? "" : `: ${streamFault(this.#reason)}`;
    note(
      this.#context,
      `warning: ${this.#server} cannot be reached${why}; the program runs on, and nobody watches it`,
    );
  }

  #end(why: string): void {
    this.#over = true;
    note(this.#context, `warning: ${why} (the program runs on, and nobody watches it)`);
  }
}

type CreateAgent = (request: AgentRequest) => AgentLike;

async function agentOfThisPackage(): Promise<CreateAgent> {
  const { HeartbeatAgent } = await import("../../agent/index.ts");
  return (request) => new HeartbeatAgent(request);
}

function inWords(ending: Ending): string {
  return ending.kind === "exited"
    ? `exited with code ${ending.code}`
    : `killed by ${ending.signal}`;
}
