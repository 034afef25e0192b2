package io.heartbeat.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heartbeat.v1.LivenessPolicy;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PolicyTest {
  @Test
  void whatTheServerLeavesOutStays() {
    Policy before = Policy.ASSUMED;
    assertEquals(before, before.with(LivenessPolicy.getDefaultInstance()));
  }

  @Test
  void whatTheServerSendsIsTakenOver() {
    Policy policy =
        Policy.ASSUMED.with(
            LivenessPolicy.newBuilder()
                .setInterval(Durations.toProto(500))
                .setTimeoutMultiplier(2.5)
                .setMaxMissedBeats(7)
                .setGrace(Durations.toProto(0))
                .setDropGrace(Durations.toProto(0))
                .setTaskStaleAfter(Durations.toProto(1_000))
                .setTaskTimeoutAfter(Durations.toProto(2_000))
                .setStaleWarningOnlyOnce(false)
                .build());
    assertEquals(
        new Policy(
            Duration.ofMillis(500),
            2.5,
            7,
            Duration.ZERO,
            Optional.of(Duration.ZERO),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            false),
        policy);
    assertEquals(1_250, policy.timeoutMs());
  }

  @Test
  void whatNoServerShouldSendIsHeldToTheLimits() {
    Policy policy =
        Policy.ASSUMED.with(
            LivenessPolicy.newBuilder()
                .setInterval(Durations.toProto(0))
                .setTimeoutMultiplier(Double.NaN)
                .build());
    assertEquals(100, policy.intervalMs());
    assertEquals(1.1, policy.timeoutMultiplier());
  }
}
