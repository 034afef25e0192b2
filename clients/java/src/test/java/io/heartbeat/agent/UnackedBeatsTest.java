package io.heartbeat.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class UnackedBeatsTest {
  private final UnackedBeats unacked = new UnackedBeats();

  @Test
  void anAckCountsForTheNewestBeatThatItCovers() {
    unacked.sent(1, 100);
    unacked.sent(2, 200);
    unacked.sent(3, 300);
    assertEquals(OptionalLong.of(200), unacked.acked(2));
    assertEquals(OptionalLong.empty(), unacked.acked(2));
    assertEquals(OptionalLong.of(300), unacked.acked(9));
  }

  @Test
  void pastTheBoundTheNewestThatIsRememberedCounts() {
    for (int i = 1; i <= 100; i++) unacked.sent(i, i);
    assertEquals(OptionalLong.of(64), unacked.acked(100));
  }
}
