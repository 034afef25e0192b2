package io.heartbeat.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class PushbackTest {
  @ParameterizedTest
  @CsvSource({"500, 500", "0, 10", "9, 10", "300000, 300000", "99999999999999999999, 300000"})
  void aDelayIsHeldToItsBounds(String text, long ms) {
    assertEquals(OptionalLong.of(ms), Pushback.read(text));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "-1", "1.5", "1e3", "soon", "٣"})
  void whatMakesNoSenseIsNoDelay(String text) {
    assertEquals(OptionalLong.empty(), Pushback.read(text));
  }

  @Test
  void theWaitIsUpToATenthLongerAndNeverShorter() {
    assertEquals(1_000, Pushback.waitMs(1_000, () -> 0));
    assertEquals(1_099, Pushback.waitMs(1_000, () -> 0.999));
    assertEquals(60_999, Pushback.waitMs(60_000, () -> 0.999));
  }
}
