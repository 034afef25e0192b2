import type { Process } from "./machine.ts";
import type { Direction, Path } from "./path.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** One end of a connection, as the network calls it. */
export interface End<Message> {
  /** A message from the other side. */
  receive(message: Message): void;
  /** The other side has ended or is gone; nothing comes after it. */
  ended(how: Ended): void;
  /** What had waited has gone out. */
  drained(): void;
}

/** `fin` is an end in good order; `reset` is what a dead process, a proxy or the kernel answers. */
export type Ended = "fin" | "reset";

/** Messages that fit into the buffers of a path that carries nothing. */
const BUFFERED = 16;

let connections = 0;

/** Begins the numbers of connections anew, for a run that must go as another one did. */
export function resetConnections(): void {
  connections = 0;
}

/**
 * A TCP connection between a client's process and the server's: two queues in order, on one path.
 *
 * An end that is closed here is told to the other side as everything else is: late, or, when the path is
 * cut, after it was mended. An end whose machine vanished tells nothing.
 */
export class Connection<Up, Down> {
  readonly id = ++connections;
  /** Whose it is, for whoever watches. */
  readonly owner: string;
  readonly client: Process;
  readonly server: Process;
  readonly path: Path;
  readonly #world: World;
  readonly #random: Random;
  readonly #ends: { up?: End<Up>; down?: End<Down> } = {};
  /** Whether the side that sends in this direction can still do so. */
  readonly #open = { up: true, down: true };
  readonly #lastAt = { up: 0, down: 0 };
  readonly #held: Record<Direction, (() => void)[]> = { up: [], down: [] };
  readonly #unsubscribe: () => void;

  constructor(world: World, path: Path, client: Process, server: Process, owner: string) {
    this.#world = world;
    this.owner = owner;
    this.path = path;
    this.client = client;
    this.server = server;
    this.#random = world.random.fork(`connection ${this.id}`);
    this.#unsubscribe = path.onMended((direction) => this.#release(direction));
    // The handshake: nothing is under way before it is done.
    this.#lastAt.up = world.now + path.transit(this.#random) + path.transit(this.#random);
  }

  get isOpen(): boolean {
    return this.#open.up || this.#open.down;
  }

  /** Who hears what goes up, and what comes down. */
  join(ends: { up?: End<Up>; down?: End<Down> }): void {
    Object.assign(this.#ends, ends);
  }

  /** False while more than the buffers hold waits on a path that carries nothing. */
  writable(direction: Direction): boolean {
    return this.#held[direction].length < BUFFERED;
  }

  send(direction: Direction, message: Up | Down): boolean {
    if (!this.#open[direction]) return true;
    this.#carry(direction, () => {
      const end = this.#ends[direction] as End<Up | Down> | undefined;
      // A dead process's kernel answers with a reset; so does an end that was given up.
      if (end === undefined) this.#bounce(direction);
      else end.receive(message);
    });
    return this.writable(direction);
  }

  /** The sender of this direction says no more. */
  finish(direction: Direction, how: Ended = "fin"): void {
    if (!this.#open[direction]) return;
    this.#open[direction] = false;
    this.#carry(direction, () => {
      const end = this.#ends[direction] as End<Up | Down> | undefined;
      end?.ended(how);
    });
    this.#tidy();
  }

  /** This side's process lets go of the connection: it hears nothing of it any more. */
  abandon(direction: Direction): void {
    delete this.#ends[direction === "up" ? "down" : "up"];
    this.finish(direction, "reset");
  }

  /** One side is gone without a word, with its machine. */
  vanish(direction: Direction): void {
    this.#open[direction] = false;
    this.#held[direction] = [];
    delete this.#ends[direction === "up" ? "down" : "up"];
    this.#tidy();
  }

  /** Somebody between the two ends it for both. */
  break(): void {
    this.finish("up", "reset");
    this.finish("down", "reset");
  }

  /** The local kernel says at once that it is over, without the path: a keepalive was not answered. */
  expire(direction: Direction): void {
    const end = this.#ends[direction] as End<Up | Down> | undefined;
    delete this.#ends[direction];
    this.#open[direction === "up" ? "down" : "up"] = false;
    end?.ended("reset");
    this.#tidy();
  }

  #receiver(direction: Direction): Process {
    return direction === "up" ? this.server : this.client;
  }

  #bounce(direction: Direction): void {
    const back = direction === "up" ? "down" : "up";
    if (this.#open[back]) this.finish(back, "reset");
  }

  #carry(direction: Direction, arrive: () => void): void {
    if (this.path.isCut(direction) || this.#held[direction].length > 0) {
      this.#held[direction].push(arrive);
      return;
    }
    const transit = this.path.transit(this.#random);
    const at = Math.max(this.#lastAt[direction], this.#world.now + transit);
    this.#lastAt[direction] = at;
    this.#world.at(at, () => this.#deliver(direction, arrive));
  }

  #deliver(direction: Direction, arrive: () => void): void {
    const receiver = this.#receiver(direction);
    if (receiver.alive) receiver.arrive(this.id, arrive);
    else if (answers(receiver)) this.#bounce(direction);
  }

  #release(direction: Direction): void {
    const held = this.#held[direction];
    this.#held[direction] = [];
    for (const arrive of held) this.#carry(direction, arrive);
    const sender = direction === "up" ? this.client : this.server;
    const end = this.#ends[direction === "up" ? "down" : "up"];
    if (held.length >= BUFFERED && sender.alive) sender.arrive(this.id, () => end?.drained());
    this.#tidy();
  }

  #tidy(): void {
    if (!this.isOpen && this.#held.up.length + this.#held.down.length === 0) this.#unsubscribe();
  }
}

/** Whether the kernel of a dead process is there to say so. */
function answers({ machine }: Process): boolean {
  return machine.powered && !machine.isSuspended;
}
