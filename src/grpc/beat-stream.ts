import { Metadata, type ServerDuplexStream } from "@grpc/grpc-js";
import {
  type BeatRequest,
  BeatRequestSchema,
  type BeatResponse,
  BeatResponseSchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import type { Identity } from "../auth/identity.ts";
import { limits } from "../config.ts";
import { HeartbeatError } from "../errors.ts";
import { type BeatOutlet, BeatSession } from "../services/beat-session.ts";
import type { ServiceParts } from "../services/parts.ts";
import { authorizationOf, refused } from "./adapter.ts";
import { readBareBeat, writeAck } from "./bare-beat.ts";
import { type Arrived, read, write } from "./definition.ts";
import { statusFor } from "./status.ts";

/** A beat as it arrived: only its sequence where it carries nothing else. */
type ArrivedBeat = Arrived<BeatRequest> | number;

export type BeatCall = ServerDuplexStream<ArrivedBeat, Buffer>;

/** Reads a beat, and refuses one that is larger than a beat may be before reading it. */
export function readBeat(bytes: Buffer): ArrivedBeat {
  if (bytes.length <= limits.beatBytes)
    return readBareBeat(bytes) ?? read(BeatRequestSchema, bytes);
  return new HeartbeatError("message_too_large", {
    field: "beat",
    value: `${bytes.length} bytes`,
    problem: "is too large",
    limit: `${limits.beatBytes} bytes`,
  });
}

/** Carries one agent's stream over grpc-js. */
export function beatStream(parts: ServiceParts): (call: BeatCall) => void {
  let opened = 0;
  return (call) => {
    // Otherwise headers would wait for the first ack.
    call.sendMetadata(new Metadata());
    parts.authenticator.identify(authorizationOf(call)).then(
      (identity) => {
        if (!call.cancelled) serve(call, identity);
      },
      (error: unknown) => call.emit("error", statusFor(parts.refusals.of(error, refused(call)))),
    );
  };

  function serve(call: BeatCall, identity: Identity): void {
    const id = `${parts.serverId}-${++opened}`;
    const session = new BeatSession(parts, outletOf(call, parts), id, identity);
    call.on("data", (beat: ArrivedBeat) => {
      if (typeof beat === "number") session.receiveBare(BigInt(beat));
      else if (beat instanceof HeartbeatError) session.refuse(beat);
      else session.receive(beat);
    });
    call.on("drain", () => session.writable());
    // `end` is what a killed client, a cancelled call and a half-close have in common, and comes
    // first; a reset has only `cancelled`. Each is a drop unless a Goodbye came before.
    call.on("end", () => {
      session.closed();
      if (!call.writableEnded) call.end();
    });
    call.on("cancelled", () => session.closed());
    call.on("close", () => session.closed());
  }
}

function outletOf(call: BeatCall, { refusals }: ServiceParts): BeatOutlet {
  return {
    ack: (sequence, receivedAt) => call.write(writeAck(sequence, receivedAt)),
    send: (response: BeatResponse) => call.write(write(BeatResponseSchema, response)),
    end(error) {
      if (!error) return void call.end();
      refusals.tell(error, refused(call));
      call.emit("error", statusFor(error));
    },
  };
}
