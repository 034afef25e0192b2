package io.heartbeat.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectsTest {
  @ParameterizedTest
  @CsvSource({
    "a.b, a.b, true",
    "a.b, a.c, false",
    "a.b, a, false",
    "a, a.b, false",
    "a.*, a.b, true",
    "a.*, a.b.c, false",
    "*.b, a.b, true",
    "a.>, a.b, true",
    "a.>, a.b.c, true",
    "a.>, a, false",
    ">, a, true",
    "*, a.b, false",
  })
  void aSubscriptionTakesWhatItMatches(String subscription, String subject, boolean taken) {
    assertEquals(taken, Subjects.matches(subscription, subject));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.b", "*", ">", "a.*.c", "a.>", "ü.ñ"})
  void isSubscribedTo(String subject) {
    assertEquals(subject, Subjects.checkSubscription("subject", subject));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a..b",
        "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a",
        ".a",
        "a.",
        "a b",
        "a.>.b",
        "a*",
        "a.b>",
        "\u2003"
      })
  void isNotSubscribedTo(String subject) {
    assertThrows(
        InvalidOptionException.class, () -> Subjects.checkSubscription("subject", subject));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a..b", "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a", "a.*", "a.>", "a b", "x*y"})
  void isNotPublishedTo(String subject) {
    assertThrows(InvalidOptionException.class, () -> Subjects.checkSubject("subject", subject));
  }

  @ParameterizedTest
  @ValueSource(ints = {257, 1_000})
  void aSubjectHasAtMost256Bytes(int bytes) {
    String subject = "x".repeat(bytes);
    assertThrows(InvalidOptionException.class, () -> Subjects.checkSubject("subject", subject));
  }
}
