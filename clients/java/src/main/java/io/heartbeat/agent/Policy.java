package io.heartbeat.agent;

import io.heartbeat.v1.LivenessPolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * How the server judges the agent.
 *
 * @param interval how often the agent beats
 * @param timeoutMultiplier DOWN after interval x this of silence
 * @param maxMissedBeats DOWN after this many missed beats
 * @param grace slack before a beat counts as missed
 * @param dropGrace DOWN this long after a lost connection; empty when there is no such rule
 * @param taskStaleAfter a task is STALE after this long without activity
 * @param taskTimeoutAfter a task is TIMED_OUT after this long of running
 * @param staleWarningOnlyOnce whether a stale task is told once per episode, or again and again
 */
public record Policy(
    Duration interval,
    double timeoutMultiplier,
    int maxMissedBeats,
    Duration grace,
    Optional<Duration> dropGrace,
    Duration taskStaleAfter,
    Duration taskTimeoutAfter,
    boolean staleWarningOnlyOnce) {

  /** What holds before the first Welcome: the contract's defaults. */
  static final Policy ASSUMED =
      new Policy(
          Duration.ofSeconds(30),
          3,
          3,
          Duration.ofSeconds(3),
          Optional.empty(),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          true);

  /** Without an ack for this long, the agent must take its lease for lost. */
  long timeoutMs() {
    return (long) (intervalMs() * timeoutMultiplier);
  }

  long intervalMs() {
    return interval.toMillis();
  }

  /**
   * Reads what the server sends. What it leaves out stays as it was, and what no server should send
   * (an interval of nothing would make the agent spin) is held to the contract's limits.
   */
  Policy with(LivenessPolicy sent) {
    double multiplier = sent.getTimeoutMultiplier();
    long intervalMs = sent.hasInterval() ? Durations.toMillis(sent.getInterval()) : intervalMs();
    return new Policy(
        Duration.ofMillis((long) Limits.INTERVAL_MS.nearest(intervalMs)),
        Limits.TIMEOUT_MULTIPLIER.nearest(multiplier == 0 ? timeoutMultiplier : multiplier),
        sent.getMaxMissedBeats() == 0 ? maxMissedBeats : sent.getMaxMissedBeats(),
        sent.hasGrace() ? span(sent.getGrace()) : grace,
        sent.hasDropGrace() ? Optional.of(span(sent.getDropGrace())) : Optional.empty(),
        sent.hasTaskStaleAfter() ? span(sent.getTaskStaleAfter()) : taskStaleAfter,
        sent.hasTaskTimeoutAfter() ? span(sent.getTaskTimeoutAfter()) : taskTimeoutAfter,
        sent.hasStaleWarningOnlyOnce() ? sent.getStaleWarningOnlyOnce() : staleWarningOnlyOnce);
  }

  private static Duration span(com.google.protobuf.Duration sent) {
    return Duration.ofMillis(Durations.toMillis(sent));
  }
}
