import type {
  BeatRequest,
  BeatResponse,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import type { BeatChannel, ChannelEnd, ChannelListener } from "../../src/agent/channel.ts";
import { Connection, type End, type Ended } from "./connection.ts";
import type { Process } from "./machine.ts";
import type { Path } from "./path.ts";
import type { World } from "./world.ts";

/** What comes down a stream: answers, and at last its end with a status. */
export type Down =
  | { readonly answer: BeatResponse }
  | { readonly status: Extract<ChannelEnd, { by: "server" }> };

export type BeatConnection = Connection<BeatRequest, Down>;

/** Who takes up what arrives at the server's port. */
export interface Listener {
  /** The process that listens now; undefined when nobody does. */
  readonly listening: Process | undefined;
  /** Whether the machine is there to refuse. */
  readonly powered: boolean;
  accept(connection: BeatConnection): End<BeatRequest>;
}

/** A proxy between some agents and the server: when it restarts, all that it carries breaks. */
export class ReverseProxy {
  up = true;
  readonly connections = new Set<BeatConnection>();

  restart(): void {
    for (const connection of this.connections) connection.break();
    this.connections.clear();
  }
}

/** Who connects, and by which way. */
export interface Ways {
  readonly owner: string;
  readonly process: Process;
  readonly path: Path;
  readonly proxy: ReverseProxy | undefined;
  readonly server: Listener;
}

/** When TCP asks again for a connection that was not answered. */
const ASK_AGAIN_MS = [1_000, 2_000, 4_000, 8_000];

/** An agent's stream over the simulated network. */
export class StreamChannel implements BeatChannel, End<Down> {
  readonly #world: World;
  readonly #process: Process;
  readonly #path: Path;
  readonly #proxy: ReverseProxy | undefined;
  readonly #server: Listener;
  readonly #listener: ChannelListener;
  readonly #owner: string;
  /** Said before the connection was up. */
  #early: BeatRequest[] = [];
  #connection: BeatConnection | undefined;
  #over = false;
  #finished = false;

  constructor(world: World, ways: Ways, listener: ChannelListener) {
    this.#world = world;
    this.#process = ways.process;
    this.#path = ways.path;
    this.#proxy = ways.proxy;
    this.#server = ways.server;
    this.#owner = ways.owner;
    this.#listener = listener;
    this.#ask(0);
  }

  get connection(): BeatConnection | undefined {
    return this.#connection;
  }

  get writable(): boolean {
    if (this.#over || this.#finished) return false;
    return this.#connection ? this.#connection.writable("up") : this.#early.length === 0;
  }

  send(beat: BeatRequest): void {
    if (this.#connection) this.#connection.send("up", beat);
    else this.#early.push(beat);
  }

  finish(): void {
    this.#finished = true;
    this.#connection?.finish("up");
  }

  abandon(): void {
    if (this.#over) return;
    this.#over = true;
    this.#connection?.abandon("up");
    this.#proxy?.connections.delete(this.#connection!);
  }

  hold(): void {}

  receive(message: Down): void {
    if (this.#over) return;
    if ("answer" in message) this.#listener.onAnswer(message.answer);
    else this.#end(message.status);
  }

  ended(how: Ended): void {
    const message = how === "fin" ? "the server ended the stream" : "connection reset";
    this.#end({ by: "network", message });
  }

  drained(): void {
    if (!this.#over) this.#listener.onWritable();
  }

  #end(end: ChannelEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#connection?.finish("up", "reset");
    this.#listener.onEnd(end);
  }

  /** One more request for a connection, if the one before got no answer. */
  #ask(attempt: number): void {
    if (this.#over || !this.#process.alive) return;
    const again = ASK_AGAIN_MS[attempt];
    const way = this.#path.quality.delayMs;
    const lost = this.#path.isCut("up") || this.#path.isCut("down");
    if (lost || !this.#server.powered) {
      if (again !== undefined) this.#world.in(again, () => this.#ask(attempt + 1));
      return;
    }
    this.#world.in(way, () => {
      const process = this.#server.listening;
      if (process === undefined || this.#proxy?.up === false) this.#refused(way);
      else this.#connect(process);
    });
  }

  #refused(way: number): void {
    this.#world.in(way, () =>
      this.#process.arrive(-3, () => this.#end({ by: "network", message: "connection refused" })),
    );
  }

  #connect(process: Process): void {
    if (this.#over || !this.#process.alive) return;
    const connection: BeatConnection = new Connection(
      this.#world,
      this.#path,
      this.#process,
      process,
      this.#owner,
    );
    this.#connection = connection;
    this.#proxy?.connections.add(connection);
    connection.join({ up: this.#server.accept(connection), down: this });
    const early = this.#early;
    this.#early = [];
    for (const beat of early) connection.send("up", beat);
    if (this.#finished) connection.finish("up");
    this.#process.arrive(connection.id, () => this.drained());
  }
}
