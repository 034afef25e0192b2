package io.heartbeat.agent;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;

/**
 * Spans and instants, from Java's to the wire's and back. Whole milliseconds, and never a throw.
 */
final class Durations {
  /** More than any limit of the contract, and far from an overflow. */
  private static final long LONGEST_SECONDS = Long.MAX_VALUE / 1_000_000;

  private Durations() {}

  static long toMillis(Duration span) {
    return toMillis(span.getSeconds(), span.getNano());
  }

  static long toMillis(com.google.protobuf.Duration span) {
    return toMillis(span.getSeconds(), span.getNanos());
  }

  static com.google.protobuf.Duration toProto(long ms) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(ms / 1_000)
        .setNanos((int) (ms % 1_000) * 1_000_000)
        .build();
  }

  static Timestamp toProto(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano() / 1_000_000 * 1_000_000)
        .build();
  }

  /** The nearest instant that Java knows. */
  static Instant toInstant(Timestamp instant) {
    long ms = toMillis(instant.getSeconds(), instant.getNanos());
    return Instant.ofEpochMilli(ms);
  }

  private static long toMillis(long seconds, int nanos) {
    long held = Math.max(-LONGEST_SECONDS, Math.min(LONGEST_SECONDS, seconds));
    return held * 1_000 + nanos / 1_000_000;
  }
}
