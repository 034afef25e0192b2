package io.heartbeat.agent;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/** The checks of what a program hands in: each returns the value or throws. */
final class Checks {
  /** Names of agents and tasks. */
  static final Pattern ID = Pattern.compile("[A-Za-z0-9._:/@-]+");

  /** Names of organizations. */
  static final Pattern ORGANIZATION = Pattern.compile("[A-Za-z0-9._:@-]+");

  /** Names of labels. */
  static final Pattern LABEL_NAME = Pattern.compile("[A-Za-z0-9._/-]+");

  private static final String WITHIN = "give a value within the limit";

  private Checks() {}

  static double number(String option, double value, Range range) {
    if (range.holds(value)) return value;
    throw new InvalidOptionException(
        option, shown(value), "is out of range", range.shown(""), WITHIN);
  }

  /** A span in milliseconds, which is all that the wire knows. */
  static long span(String option, Duration value, Range range) {
    long ms = Durations.toMillis(required(option, value));
    if (range.holds(ms)) return ms;
    throw new InvalidOptionException(
        option, ms + " ms", "is out of range", range.shown(" ms"), WITHIN);
  }

  static String text(String option, String value, int maxBytes) {
    if (bytes(required(option, value)) <= maxBytes) return value;
    throw new InvalidOptionException(
        option, shown(value), "is too long", maxBytes + " bytes", WITHIN);
  }

  static String name(String option, String value, Pattern form, int maxBytes) {
    text(option, value, maxBytes);
    if (form.matcher(value).matches()) return value;
    String characters = form.pattern().substring(0, form.pattern().length() - 1);
    throw new InvalidOptionException(
        option,
        shown(value),
        value.isEmpty() ? "is empty" : "has a character that is not allowed",
        "1 to " + maxBytes + " bytes of " + characters,
        WITHIN);
  }

  static String notEmpty(String option, String value) {
    if (!value.isEmpty()) return value;
    throw new InvalidOptionException(
        option, shown(value), "is empty", "at least 1 byte", "leave it out for the default");
  }

  static <T> T required(String option, T value) {
    if (value != null) return value;
    throw new InvalidOptionException(option, "null", "is missing", "not null", WITHIN);
  }

  /** Cuts a sentence to what the wire takes, without splitting a character. */
  static String cut(String text, int maxBytes) {
    if (bytes(text) <= maxBytes) return text;
    int end = 0;
    for (int used = bytes("…"); end < text.length(); ) {
      int next = text.offsetByCodePoints(end, 1);
      used += bytes(text.substring(end, next));
      if (used > maxBytes) break;
      end = next;
    }
    return text.substring(0, end) + "…";
  }

  static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** A value as it is shown in a message: quoted, and cut after 40 characters. */
  static String shown(String value) {
    return '"' + (value.length() > 40 ? value.substring(0, 40) + "…" : value) + '"';
  }

  static String shown(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
