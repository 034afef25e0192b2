import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import {
  type BeatResponse,
  BeatResponseSchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { futureTail } from "./future.ts";

function withTail(first: boolean): BeatResponse {
  const answer = create(BeatResponseSchema, {
    ackedSequence: 7n,
    welcome: { epoch: 3n, policy: { interval: durationFromMs(500) } },
  });
  return fromBinary(
    BeatResponseSchema,
    Buffer.concat([toBinary(BeatResponseSchema, answer), futureTail(first)]),
  );
}

describe("what a later contract may say", () => {
  it("leaves what is known as it was", () => {
    const { ackedSequence, welcome } = withTail(true);
    expect(ackedSequence).toBe(7n);
    expect(welcome?.epoch).toBe(3n);
    expect(welcome?.policy?.interval).toEqual(durationFromMs(500));
  });

  it("has fields, a directive and a value of an enum that nobody knows", () => {
    const answer = withTail(true);
    expect(answer.$unknown).toHaveLength(4);
    expect(answer.directives.map(({ kind }) => kind.case)).toEqual([undefined]);
    expect(answer.welcome?.$unknown).toHaveLength(4);
    expect(answer.welcome?.policy?.detector).toBe(1_999);
  });

  it("adds to the Welcome in the first answer only", () => {
    expect(withTail(false).welcome?.$unknown).toBeUndefined();
  });
});
