package io.heartbeat.agent;

import java.util.regex.Pattern;

/**
 * Subjects of messages: tokens parted by ".". A subscription may hold {@code *} for one token, and
 * {@code >} for one or more at the end.
 */
final class Subjects {
  private static final String ANY = "*";
  private static final String REST = ">";
  private static final Pattern SPACE = Pattern.compile("\\s", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern WILDCARD = Pattern.compile("[*>]");

  private Subjects() {}

  /** Checks a subject that somebody publishes to. */
  static String checkSubject(String option, String subject) {
    String[] tokens = checkTokens(option, subject);
    for (String token : tokens) {
      if (WILDCARD.matcher(token).find()) {
        throw refused(option, subject, "has a wildcard, and a message goes to one subject");
      }
    }
    return subject;
  }

  /** Checks a subject that somebody subscribes to. */
  static String checkSubscription(String option, String subject) {
    String[] tokens = checkTokens(option, subject);
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i].equals(REST) && i < tokens.length - 1) {
        throw refused(option, subject, "has a \">\" before its end");
      }
      if (tokens[i].length() > 1 && WILDCARD.matcher(tokens[i]).find()) {
        throw refused(option, subject, "has a wildcard that is only part of a token");
      }
    }
    return subject;
  }

  /** Whether a subscription takes a message on this subject. */
  static boolean matches(String subscription, String subject) {
    String[] wanted = tokens(subscription);
    String[] tokens = tokens(subject);
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].equals(REST)) return tokens.length > i;
      if (i >= tokens.length) return false;
      if (!wanted[i].equals(ANY) && !wanted[i].equals(tokens[i])) return false;
    }
    return tokens.length == wanted.length;
  }

  private static String[] checkTokens(String option, String subject) {
    Checks.text(option, subject, Limits.SUBJECT_BYTES);
    if (subject.isEmpty()) throw refused(option, subject, "is empty");
    if (SPACE.matcher(subject).find()) throw refused(option, subject, "has white space");
    String[] tokens = tokens(subject);
    for (String token : tokens) {
      if (token.isEmpty()) throw refused(option, subject, "has an empty token");
    }
    if (tokens.length > Limits.SUBJECT_TOKENS) {
      throw refused(option, subject, "has " + tokens.length + " tokens");
    }
    return tokens;
  }

  private static String[] tokens(String subject) {
    return subject.split("\\.", -1);
  }

  private static InvalidOptionException refused(String option, String subject, String problem) {
    return new InvalidOptionException(
        option,
        Checks.shown(subject),
        problem,
        "at most " + Limits.SUBJECT_TOKENS + " tokens parted by \".\"",
        "in a subscription \"*\" stands for one token, \">\" at the end for the rest");
  }
}
