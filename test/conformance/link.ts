import { connect, createServer, type Server, type Socket } from "node:net";

/** Towards the server, or towards the agent. */
export type Way = "up" | "down";

/** What becomes of the bytes of one way. */
interface Flow {
  held: boolean;
  delayMs: number;
  bytesPerSecond: number;
}

/** Chunks that a lane takes in beyond what it passes on. What comes then waits at its sender. */
const LONGEST_QUEUE = 64;

/**
 * The network between a testee and its server, as far as a process can play it. What it holds back it
 * keeps: mended, it hands everything on in order, the end of a connection too, as a network does whose
 * packets are sent again.
 */
export class Link implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #lanes = new Set<Lane>();
  readonly #flows: Record<Way, Flow> = { up: freeFlow(), down: freeFlow() };
  #refusing = false;
  #connections = 0;

  private constructor(targetPort: number) {
    this.#server = createServer({ allowHalfOpen: true }, (near) => this.#join(near, targetPort));
  }

  static async open(targetPort: number): Promise<Link> {
    const link = new Link(targetPort);
    await new Promise<void>((resolve) => link.#server.listen(0, "127.0.0.1", resolve));
    return link;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** How many connections were ever asked for. */
  get connections(): number {
    return this.#connections;
  }

  /** How many bytes wait to be passed on. */
  get held(): number {
    return [...this.#lanes].reduce((sum, lane) => sum + lane.held, 0);
  }

  /** Holds all bytes back, or those of one way. Nobody is told. */
  cut(...ways: readonly Way[]): void {
    for (const way of ways.length > 0 ? ways : (["up", "down"] as const)) {
      this.#flows[way].held = true;
    }
  }

  /** Each byte takes so much longer, both ways. */
  delay(delayMs: number): void {
    for (const flow of Object.values(this.#flows)) flow.delayMs = delayMs;
  }

  /** The server reads so slowly. */
  throttle(bytesPerSecond: number): void {
    this.#flows.up.bytesPerSecond = bytesPerSecond;
  }

  /** Resets whoever connects. */
  refuse(): void {
    this.#refusing = true;
  }

  /** All is well again. What was held back arrives. */
  mend(): void {
    this.#refusing = false;
    for (const flow of Object.values(this.#flows)) Object.assign(flow, freeFlow());
    for (const lane of this.#lanes) lane.hurry();
  }

  /** Resets every connection. What was held back is lost. */
  reset(): void {
    for (const lane of this.#lanes) lane.drop();
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.reset();
    await closed;
  }

  #join(near: Socket, targetPort: number): void {
    this.#connections++;
    near.on("error", () => {});
    if (this.#refusing) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ port: targetPort, host: "127.0.0.1", allowHalfOpen: true });
    far.on("error", () => {});
    this.#lead(near, far, this.#flows.up);
    this.#lead(far, near, this.#flows.down);
  }

  #lead(from: Socket, to: Socket, flow: Flow): void {
    const lane = new Lane(from, to, flow);
    from.setNoDelay(true);
    this.#sockets.add(from);
    this.#lanes.add(lane);
    from.once("close", () => this.#sockets.delete(from));
    to.once("close", () => this.#lanes.delete(lane));
  }
}

function freeFlow(): Flow {
  return { held: false, delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY };
}

/** One way of one connection: bytes, then an end, in order. */
class Lane {
  readonly #from: Socket;
  readonly #flow: Flow;
  #waiting: { readonly pass: () => void; readonly bytes: number; readonly at: number }[] = [];
  /** When the last chunk is through. */
  #freeAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, flow: Flow) {
    this.#from = from;
    this.#flow = flow;
    from.on("data", (chunk) => this.#take(() => void to.write(chunk), chunk.length));
    from.once("end", () => this.#take(() => void to.end()));
    from.once("close", (broken) =>
      this.#take(() => void (broken ? to.resetAndDestroy() : to.destroySoon())),
    );
    to.once("close", () => this.drop());
  }

  get held(): number {
    return this.#waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Passes on what waits, however slow it was meant to be. */
  hurry(): void {
    this.#freeAt = 0;
    this.pump();
  }

  /** Passes on what may pass by now. */
  pump(): void {
    clearTimeout(this.#timer);
    const { delayMs, bytesPerSecond } = this.#flow;
    while (!this.#flow.held) {
      const [next] = this.#waiting;
      if (next === undefined) break;
      const waitMs = Math.max(next.at + delayMs, this.#freeAt) - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.pump(), waitMs);
        break;
      }
      this.#waiting.shift();
      this.#freeAt = performance.now() + (next.bytes * 1_000) / bytesPerSecond;
      next.pass();
    }
    if (this.#waiting.length > LONGEST_QUEUE) this.#from.pause();
    else this.#from.resume();
  }

  /** Loses what waits. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #take(pass: () => void, bytes = 0): void {
    this.#waiting.push({ pass, bytes, at: performance.now() });
    this.pump();
  }
}
