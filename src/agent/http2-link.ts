import * as http2 from "node:http2";
import * as net from "node:net";
import * as tls from "node:tls";
import type { GrpcTransportOptions } from "@connectrpc/connect-node";
import type { Clock, Timer } from "../clock.ts";
import type { Target } from "./settings.ts";

type SessionManager = NonNullable<GrpcTransportOptions["sessionManager"]>;

/** How often an HTTP/2 PING asks a connection from which nothing was heard, in ms. */
const PING_INTERVAL_MS = 20_000;
/** How long its answer may take before the connection counts as broken, in ms. */
const PING_TIMEOUT_MS = 5_000;
/** How often a connect under way looks whether the process waits for nothing else, in ms. */
const LONELY_CHECK_MS = 1_000;

/**
 * One HTTP/2 connection for one stream.
 *
 * Connect's own session manager keeps the process alive while a stream is open, times by itself and
 * shares connections; an agent must do none of these. The socket is unref'd from its birth.
 */
export class Http2Link implements SessionManager {
  readonly authority: string;
  readonly #target: Target;
  readonly #clock: Clock;
  #socket: net.Socket | undefined;
  #session: http2.ClientHttp2Session | undefined;
  #timers: Timer[] = [];
  #pingDeadline: Timer | undefined;
  #heard = false;
  #held = false;
  #closed = false;

  constructor(target: Target, clock: Clock) {
    this.authority = originOf(target);
    this.#target = target;
    this.#clock = clock;
  }

  /** Connects, and opens the stream. Called once, by the transport. */
  async request(
    method: string,
    path: string,
    headers: http2.OutgoingHttpHeaders,
    options: Omit<http2.ClientSessionRequestOptions, "signal">,
  ): Promise<http2.ClientHttp2Stream> {
    const session = await this.#connect();
    return session.request({ ...headers, ":method": method, ":path": path }, options);
  }

  notifyResponseByteRead(): void {
    this.#heard = true;
  }

  /** Whether it keeps the process alive, until it is closed. */
  hold(on: boolean): void {
    if (on === this.#held) return;
    this.#held = on;
    if (on) this.#session?.ref();
    else this.#session?.unref();
  }

  /** Destroys the connection, and with it the stream. Harmless when repeated. */
  close(): void {
    this.#closed = true;
    this.#stopTimers();
    this.#session?.destroy();
    // A session that is still connecting leaves its socket to connect, for minutes.
    this.#socket?.destroy();
  }

  #connect(): Promise<http2.ClientHttp2Session> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error("abandoned before it was connected"));
      const socket = openSocket(this.#target);
      const session = http2.connect(this.authority, {
        createConnection: () => socket,
        settings: { enablePush: false },
      });
      this.#socket = socket;
      this.#session = session;
      if (this.#held) session.ref();
      else session.unref();
      // Also hears what comes after the connect: an error without a listener would end the process.
      session.on("error", reject);
      session.once("close", () => {
        this.#stopTimers();
        reject(new Error("the connection was closed"));
      });
      session.once("connect", () => {
        this.#stopTimers();
        this.#every(PING_INTERVAL_MS, () => this.#pingIfQuiet(session));
        resolve(session);
      });
      this.#every(LONELY_CHECK_MS, () => {
        if (!this.#held && isLonely())
          socket.destroy(new Error("the process waits for nothing else"));
      });
    });
  }

  #pingIfQuiet(session: http2.ClientHttp2Session): void {
    const quiet = !this.#heard;
    this.#heard = false;
    if (!quiet || this.#pingDeadline || session.destroyed || session.closed) return;
    this.#pingDeadline = this.#clock.after(PING_TIMEOUT_MS, () =>
      session.destroy(new Error(`no answer to a PING within ${PING_TIMEOUT_MS} ms`)),
    );
    session.ping(() => {
      this.#pingDeadline?.cancel();
      this.#pingDeadline = undefined;
    });
  }

  #every(periodMs: number, callback: () => void): void {
    if (!this.#closed) this.#timers.push(this.#clock.every(periodMs, callback));
  }

  #stopTimers(): void {
    for (const timer of this.#timers.splice(0)) timer.cancel();
    this.#pingDeadline?.cancel();
    this.#pingDeadline = undefined;
  }
}

function openSocket({ host, port, tls: trust }: Target): net.Socket {
  if (trust === undefined) return net.connect({ host, port });
  return tls.connect({
    host,
    port,
    ca: trust.ca as string | Buffer | undefined,
    servername: net.isIP(host) === 0 ? host : undefined,
    ALPNProtocols: ["h2"],
  });
}

/**
 * Whether connects and look-ups are all that keeps the process: these cannot be unref'd, so a host
 * that answers nothing would hold a program that is done. A program's own connects look the same; then
 * this costs one attempt of the agent.
 */
function isLonely(): boolean {
  return process
    .getActiveResourcesInfo()
    .every((kind) => kind === "ConnectWrap" || kind === "GetAddrInfoReqWrap");
}

/** The target as a URL's origin, in the one spelling that the transport compares with. */
function originOf({ host, port, tls }: Target): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return new URL(`${tls ? "https" : "http"}://${name}:${port}`).origin;
}
