/**
 * What a later version of the contract may say, as bytes that are added to a BeatResponse: fields, values of
 * enums and kinds of directives that nobody knows yet.
 */
import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { LivenessPolicySchema } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";

/** Fields of BeatResponse and Welcome. */
const WELCOME = 3;
const DIRECTIVES = 4;
const POLICY = 4;
/** A number that no field, kind or enum value has. */
const UNKNOWN = 1_999;

/** A field of every wire type. */
function unknownFields(): Uint8Array {
  return new BinaryWriter()
    .tag(UNKNOWN, WireType.Varint)
    .uint64(2n ** 64n - 1n)
    .tag(UNKNOWN + 1, WireType.Bit32)
    .fixed32(7)
    .tag(UNKNOWN + 2, WireType.Bit64)
    .fixed64(7n)
    .tag(UNKNOWN + 3, WireType.LengthDelimited)
    .string("what nobody knows yet")
    .finish();
}

function within(field: number, message: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(message).finish();
}

/** A policy with a detector of a later version; merged into the one that is there. */
function laterPolicy(): Uint8Array {
  const policy = create(LivenessPolicySchema, { detector: UNKNOWN as never });
  return Buffer.concat([toBinary(LivenessPolicySchema, policy), unknownFields()]);
}

/** Of a first answer the Welcome too is more than is known today. */
export function futureTail(first: boolean): Uint8Array {
  const directive = within(DIRECTIVES, within(UNKNOWN, unknownFields()));
  const welcome = Buffer.concat([within(POLICY, laterPolicy()), unknownFields()]);
  return Buffer.concat([
    unknownFields(),
    directive,
    first ? within(WELCOME, welcome) : Buffer.of(),
  ]);
}
