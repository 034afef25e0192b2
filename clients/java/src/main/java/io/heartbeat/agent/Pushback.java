package io.heartbeat.agent;

import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/** The server asks to come back later: the trailer {@code grpc-retry-pushback-ms}. */
final class Pushback {
  /** What is believed of such a delay, in ms. */
  private static final long SHORTEST_MS = 10;

  private static final long LONGEST_MS = 5 * 60_000;

  /** How much longer than asked is waited: up to a tenth, and no more than this. */
  private static final long LONGEST_JITTER_MS = 1_000;

  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  private Pushback() {}

  /** The delay, brought within bounds; empty when there is none, or none that makes sense. */
  static OptionalLong read(String text) {
    if (text == null || !DIGITS.matcher(text).matches()) return OptionalLong.empty();
    double ms = Double.parseDouble(text); // As many digits as somebody likes to send.
    return OptionalLong.of((long) Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ms)));
  }

  /** The wait that comes of it: never shorter, so that nobody comes before its turn. */
  static long waitMs(long pushbackMs, DoubleSupplier random) {
    double jitter = random.getAsDouble() * Math.min(pushbackMs / 10.0, LONGEST_JITTER_MS);
    return pushbackMs + (long) Math.floor(jitter);
  }
}
