import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BeatRequestSchema,
  BeatResponseSchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { readBareBeat, writeAck } from "../../src/grpc/bare-beat.ts";
import { timestamp } from "../../src/services/messages/time.ts";

const sequence = fc.oneof(
  fc.bigInt(0n, 2n ** 64n - 1n),
  fc.bigInt(0n, 300n),
  fc.bigInt(0n, 2n ** 53n),
);

describe("an ack written by hand", () => {
  it("has the bytes that the library gives", () => {
    const wall = fc.integer({ min: 0, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(
        sequence,
        fc.oneof(wall, fc.constantFrom(0, 1, 999, 1000)),
        (ackedSequence, ms) => {
          const ack = create(BeatResponseSchema, { ackedSequence, receivedAt: timestamp(ms) });
          expect([...writeAck(ackedSequence, ms)]).toEqual([...toBinary(BeatResponseSchema, ack)]);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("is a buffer of its own", () => {
    const first = writeAck(1n, 1);
    const bytes = [...first];
    writeAck(2n ** 60n, 4_000_000_000_000);
    expect([...first]).toEqual(bytes);
  });
});

describe("a bare beat read by hand", () => {
  it("has the sequence that the library reads", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 49n - 1n), (sequence) => {
        const bytes = toBinary(BeatRequestSchema, create(BeatRequestSchema, { sequence }));
        expect(readBareBeat(bytes)).toBe(Number(sequence));
      }),
      { numRuns: 2_000 },
    );
  });

  it("is left to the library when it is anything else, or is not whole", () => {
    const others = [
      create(BeatRequestSchema, { agentId: "a" }),
      create(BeatRequestSchema, { sequence: 1n, activity: 1 }),
      create(BeatRequestSchema, { sequence: 2n ** 63n }),
      create(BeatRequestSchema, { epoch: 1n }),
      create(BeatRequestSchema, { goodbye: {} }),
    ];
    for (const beat of others) {
      expect(readBareBeat(toBinary(BeatRequestSchema, beat))).toBeUndefined();
    }
    expect(readBareBeat(Uint8Array.of(0x10))).toBeUndefined();
    expect(readBareBeat(Uint8Array.of(0x10, 0x80))).toBeUndefined();
    expect(readBareBeat(Uint8Array.of(0x10, 0x01, 0x10, 0x02))).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 12 }), (bytes) => {
        const value = readBareBeat(bytes);
        expect(value === undefined || bytes[0] === 0x10).toBe(true);
      }),
    );
  });
});
