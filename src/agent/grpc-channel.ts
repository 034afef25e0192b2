import { type Client, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import {
  type BeatRequest,
  HeartbeatService,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { type GrpcStatusName, grpcStatus } from "../errors.ts";
import type { BeatChannel, ChannelEnd, ChannelListener, OpenChannel } from "./channel.ts";
import { Http2Link } from "./http2-link.ts";
import { Outbox } from "./outbox.ts";
import { readPushback } from "./pushback.ts";
import { type AgentSettings, TOKEN } from "./settings.ts";

/** The largest answer that is read, in bytes. The default of the transport is 4 GiB. */
const READ_MAX_BYTES = 1024 * 1024;

/** Channels over gRPC. */
export function openGrpcChannel({ target, token, clock }: GrpcChannelParts): OpenChannel {
  return (listener) => new GrpcChannel(new Http2Link(target, clock), token, listener);
}

type GrpcChannelParts = Pick<AgentSettings, "target" | "token" | "clock">;

class GrpcChannel implements BeatChannel {
  readonly #link: Http2Link;
  readonly #token: AgentSettings["token"];
  readonly #listener: ChannelListener;
  readonly #outbox: Outbox;
  readonly #client: Client<typeof HeartbeatService>;
  readonly #cancel = new AbortController();
  #abandoned = false;

  constructor(link: Http2Link, token: AgentSettings["token"], listener: ChannelListener) {
    this.#link = link;
    this.#token = token;
    this.#listener = listener;
    this.#outbox = new Outbox(() => {
      if (!this.#abandoned) listener.onWritable();
    });
    const transport = createGrpcTransport({
      baseUrl: link.authority,
      sessionManager: link,
      readMaxBytes: READ_MAX_BYTES,
      acceptCompression: [],
    });
    this.#client = createClient(HeartbeatService, transport);
    void this.#run();
  }

  get writable(): boolean {
    return this.#outbox.writable;
  }

  send(beat: BeatRequest): void {
    this.#outbox.put(beat);
  }

  finish(): void {
    this.#outbox.end();
  }

  abandon(): void {
    if (this.#abandoned) return;
    this.#abandoned = true;
    this.#outbox.end();
    this.#cancel.abort();
    this.#link.close();
  }

  hold(on: boolean): void {
    this.#link.hold(on);
  }

  async #run(): Promise<void> {
    const end = await this.#read();
    this.#outbox.end();
    this.#link.close();
    if (!this.#abandoned) this.#listener.onEnd(end);
  }

  async #headers(): Promise<Record<string, string>> {
    if (this.#token === undefined) return {};
    const token = (await this.#token()).trim();
    // Its text is a secret, and what is wrong here is logged.
    if (!TOKEN.test(token)) throw new Error("the token cannot stand in a header");
    return { authorization: `Bearer ${token}` };
  }

  async #read(): Promise<ChannelEnd> {
    try {
      // The constructor's caller does not hold the channel yet: nothing is called before it does.
      await Promise.resolve();
      const headers = await this.#headers();
      const answers = this.#client.beat(this.#outbox, { signal: this.#cancel.signal, headers });
      for await (const answer of answers) {
        if (this.#abandoned) break;
        this.#listener.onAnswer(answer);
      }
      return { by: "server", status: "OK", message: "" };
    } catch (error) {
      return endOf(error);
    }
  }
}

const statusNames = new Map(
  Object.entries(grpcStatus).map(([name, code]) => [code as number, name as GrpcStatusName]),
);

/**
 * Tells a status that the server sent from one that the transport made up: only the former has the
 * trailers in which it came.
 */
export function endOf(error: unknown): ChannelEnd {
  const { code, metadata, rawMessage, cause } = ConnectError.from(error);
  if (metadata.has("grpc-status") || metadata.has("grpc-status-details-bin")) {
    return {
      by: "server",
      status: statusNames.get(code) ?? "UNKNOWN",
      message: rawMessage,
      code: metadata.get("heartbeat-error") ?? undefined,
      pushbackMs: readPushback(metadata.get("grpc-retry-pushback-ms")),
    };
  }
  return { by: "network", message: cause instanceof Error ? cause.message : rawMessage };
}
