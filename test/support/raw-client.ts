import type { DescMethod, DescMethodServerStreaming, DescMethodUnary } from "@bufbuild/protobuf";
import {
  create,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import {
  Client,
  type ClientDuplexStream,
  credentials,
  type Metadata,
  type StatusObject,
} from "@grpc/grpc-js";
import {
  BeatRequestSchema,
  type BeatResponse,
  BeatResponseSchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { grpcStatus } from "../../src/errors.ts";

/** How a call ended, as a client sees it. */
export interface Ending {
  readonly status: string;
  readonly message: string;
  readonly metadata: Metadata;
}

const statusNames = new Map(
  Object.entries(grpcStatus).map(([name, code]) => [code as number, name]),
);

function endingOf(status: Pick<StatusObject, "code" | "details" | "metadata">): Ending {
  return {
    status: statusNames.get(status.code) ?? String(status.code),
    message: status.details,
    metadata: status.metadata,
  };
}

/**
 * A gRPC client that can also say what no generated client would: any bytes on any method. It has a
 * connection of its own.
 */
export class RawClient implements Disposable {
  readonly #client: Client;

  constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
      "grpc.max_send_message_length": -1,
    });
  }

  /** A unary call that is expected to answer. */
  call<Desc extends DescMethodUnary>(
    method: Desc,
    request: MessageInitShape<Desc["input"]>,
  ): Promise<MessageShape<Desc["output"]>> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        pathOf(method),
        Buffer.from,
        (bytes: Buffer) => fromBinary(method.output, bytes) as MessageShape<Desc["output"]>,
        Buffer.from(toBinary(method.input, create(method.input, request) as never)),
        (error, response) => {
          if (error || !response) reject(error ?? new Error("no response"));
          else resolve(response);
        },
      );
    });
  }

  /** A unary call that is expected to be refused. */
  async refused<Desc extends DescMethodUnary>(
    method: Desc,
    request: MessageInitShape<Desc["input"]>,
  ): Promise<Ending> {
    try {
      await this.call(method, request);
    } catch (error) {
      return endingOf(error as StatusObject);
    }
    throw new Error(`${method.name} was not refused`);
  }

  /** A server stream; ends when it is broken out of. */
  async *watch<Desc extends DescMethodServerStreaming>(
    method: Desc,
    request: MessageInitShape<Desc["input"]>,
  ): AsyncGenerator<MessageShape<Desc["output"]>> {
    const call = this.#client.makeServerStreamRequest(
      pathOf(method),
      Buffer.from,
      (bytes: Buffer) => fromBinary(method.output, bytes) as MessageShape<Desc["output"]>,
      Buffer.from(toBinary(method.input, create(method.input, request) as never)),
    );
    call.on("error", () => {});
    try {
      yield* call;
    } finally {
      call.cancel();
    }
  }

  /** A Beat stream. */
  beats(): BeatStream {
    return new BeatStream(
      this.#client.makeBidiStreamRequest(
        "/heartbeat.v1.HeartbeatService/Beat",
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => fromBinary(BeatResponseSchema, bytes),
      ),
    );
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}

function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

export class BeatStream {
  readonly #call: ClientDuplexStream<Buffer, BeatResponse>;
  readonly received: BeatResponse[] = [];
  /** Resolves with the stream's status. */
  readonly ended: Promise<Ending>;
  #wake: (() => void) | undefined;

  constructor(call: ClientDuplexStream<Buffer, BeatResponse>) {
    this.#call = call;
    call.on("data", (response: BeatResponse) => {
      this.received.push(response);
      this.#wake?.();
    });
    call.on("error", () => {});
    this.ended = new Promise((resolve) => {
      call.on("status", (status: StatusObject) => {
        resolve(endingOf(status));
        this.#wake?.();
      });
    });
  }

  say(beat: MessageInitShape<typeof BeatRequestSchema>): this {
    return this.sayBytes(toBinary(BeatRequestSchema, create(BeatRequestSchema, beat)));
  }

  sayBytes(bytes: Uint8Array): this {
    this.#call.write(Buffer.from(bytes));
    return this;
  }

  /** The `count`th response, once it is there. */
  async response(count = 1): Promise<BeatResponse> {
    while (this.received.length < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.received[count - 1];
  }

  halfClose(): void {
    this.#call.end();
  }

  cancel(): void {
    this.#call.cancel();
  }
}
