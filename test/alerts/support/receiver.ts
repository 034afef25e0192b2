import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a receiver does with a request. */
export type Behaviour =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  /** Says nothing, and keeps the connection. */
  | "hangs"
  /** Ends the connection without a word. */
  | "closes";

/** Somebody's HTTP server, which does as it is told and remembers what it was sent. */
export class Receiver implements AsyncDisposable {
  readonly received: Received[] = [];
  behaviour: Behaviour | ((request: Received) => Behaviour) = { status: 200, body: "ok" };
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", url: path = "", headers } = request;
        const received = { method, path, headers, body: Buffer.concat(chunks).toString() };
        this.received.push(received);
        this.#answer(received, response);
      });
    });
  }

  static async listen(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, "127.0.0.1", resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The bodies of all requests, parsed. */
  json<Body>(): Body[] {
    return this.received.map(({ body }) => JSON.parse(body) as Body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: Received, response: ServerResponse): void {
    const behaviour =
      typeof this.behaviour === "function" ? this.behaviour(request) : this.behaviour;
    if (behaviour === "hangs") return;
    if (behaviour === "closes") {
      response.destroy();
      return;
    }
    response.writeHead(behaviour.status, behaviour.headers).end(behaviour.body);
  }
}
