import { create } from "@bufbuild/protobuf";
import {
  type Duration,
  DurationSchema,
  type Timestamp,
  TimestampSchema,
} from "@bufbuild/protobuf/wkt";

/** Whole milliseconds of wall time as a Timestamp. */
export function timestamp(wallMs: number): Timestamp {
  const seconds = Math.floor(wallMs / 1000);
  return create(TimestampSchema, {
    seconds: BigInt(seconds),
    nanos: Math.round((wallMs - seconds * 1000) * 1_000_000),
  });
}

/** A span of milliseconds as a Duration. */
export function duration(ms: number): Duration {
  const whole = Math.round(ms);
  const seconds = Math.trunc(whole / 1000);
  return create(DurationSchema, {
    seconds: BigInt(seconds),
    nanos: (whole - seconds * 1000) * 1_000_000,
  });
}

/** A Duration in milliseconds, with a fraction when it has one. */
export function durationMs({ seconds, nanos }: Duration): number {
  return Number(seconds) * 1000 + nanos / 1_000_000;
}

/** A Timestamp in whole milliseconds of wall time. */
export function timestampMs({ seconds, nanos }: Timestamp): number {
  return Number(seconds) * 1000 + Math.floor(nanos / 1_000_000);
}
