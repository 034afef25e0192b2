package io.heartbeat.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksTest {
  @Test
  void aSentenceIsCutBetweenCharacters() {
    assertEquals("short", Checks.cut("short", 5));
    assertEquals("ab…", Checks.cut("abcdef", 5));
    assertEquals("é…", Checks.cut("éééé", 6));
    assertEquals("…", Checks.cut("😀😀", 6));
    assertEquals(1_024, Checks.bytes(Checks.cut("x".repeat(5_000), 1_024)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 999, 1_000, 1_001, 86_400_000, 2_592_000_000L})
  void aSpanSurvivesTheWire(long ms) {
    assertEquals(ms, Durations.toMillis(Durations.toProto(ms)));
    assertEquals(ms, Durations.toMillis(Duration.ofMillis(ms)));
  }

  @Test
  void aSpanThatIsTooLongForALongIsJustLong() {
    Range range = new Range(0, 1_000);
    assertEquals(false, range.holds(Durations.toMillis(Duration.ofSeconds(Long.MAX_VALUE))));
    assertEquals(false, range.holds(Durations.toMillis(Duration.ofSeconds(Long.MIN_VALUE))));
  }

  @Test
  void anInstantSurvivesTheWire() {
    Instant instant = Instant.parse("2026-01-31T12:00:00.123Z");
    assertEquals(instant, Durations.toInstant(Durations.toProto(instant)));
    Timestamp silly = Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build();
    assertEquals(true, Durations.toInstant(silly).isAfter(instant));
  }
}
