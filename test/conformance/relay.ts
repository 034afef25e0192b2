import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
} from "@grpc/grpc-js";
import { type GrpcStatusName, grpcStatus } from "../../src/errors.ts";
import { futureTail } from "./future.ts";

const BEAT = "/heartbeat.v1.HeartbeatService/Beat";

const asIs = (bytes: Buffer): Buffer => bytes;

/** A status that the relay gives in the server's place. */
export interface Answer {
  readonly status: string;
  /** The trailer `heartbeat-error`; without it, it is no word of a server. */
  readonly code?: string;
}

/**
 * Stands between agent and server, speaks gRPC, and passes everything on: bytes, headers, trailers, ends. It
 * adds to each answer what a later version of the contract may bring, and it can answer by itself.
 */
export class Relay implements AsyncDisposable {
  readonly #server = new Server();
  readonly #client: Client;
  readonly #answers: Answer[] = [];
  #headers = new Metadata();
  #port = 0;
  #streams = 0;

  private constructor(serverAddress: string) {
    this.#client = new Client(serverAddress, credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
    });
    this.#server.addService(
      {
        Beat: {
          path: BEAT,
          requestStream: true,
          responseStream: true,
          requestSerialize: asIs,
          requestDeserialize: asIs,
          responseSerialize: asIs,
          responseDeserialize: asIs,
        },
      },
      { Beat: (call: ServerDuplexStream<Buffer, Buffer>) => this.#relay(call) },
    );
  }

  static async open(serverAddress: string): Promise<Relay> {
    const relay = new Relay(serverAddress);
    const insecure = ServerCredentials.createInsecure();
    relay.#port = await new Promise<number>((resolve, reject) => {
      relay.#server.bindAsync("127.0.0.1:0", insecure, (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    return relay;
  }

  get port(): number {
    return this.#port;
  }

  /** How many were ever opened. */
  get streams(): number {
    return this.#streams;
  }

  /** What came with the newest stream under this name. */
  header(name: string): string | undefined {
    return this.#headers.get(name)[0]?.toString();
  }

  /** The next stream ends with this, after its first message. */
  answerNext(answer: Answer): void {
    this.#answers.push(answer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
    this.#server.forceShutdown();
    return Promise.resolve();
  }

  #relay(near: ServerDuplexStream<Buffer, Buffer>): void {
    this.#streams++;
    this.#headers = near.metadata;
    const answer = this.#answers.shift();
    if (answer === undefined) this.#passOn(near);
    else near.once("data", () => refuse(near, answer));
  }

  #passOn(near: ServerDuplexStream<Buffer, Buffer>): void {
    const far = this.#client.makeBidiStreamRequest(BEAT, asIs, asIs, near.metadata);
    near.on("data", (beat: Buffer) => far.write(beat));
    near.on("end", () => far.end());
    near.on("cancelled", () => far.cancel());
    far.on("metadata", (headers: Metadata) => near.sendMetadata(headers));
    let first = true;
    far.on("data", (answer: Buffer) => {
      near.write(Buffer.concat([answer, futureTail(first)]));
      first = false;
    });
    far.on("error", () => {});
    far.on("status", ({ code, details, metadata }) => {
      if (code === grpcStatus.OK) near.end(metadata);
      else near.emit("error", { code, details, metadata });
    });
  }
}

function refuse(near: ServerDuplexStream<Buffer, Buffer>, { status, code }: Answer): void {
  const metadata = new Metadata();
  if (code !== undefined) metadata.set("heartbeat-error", code);
  const details = `${status} as the relay was told`;
  if (status === "OK") near.end(metadata);
  else near.emit("error", { code: grpcStatus[status as GrpcStatusName], details, metadata });
}
