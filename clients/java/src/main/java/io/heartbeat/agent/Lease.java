package io.heartbeat.agent;

import java.util.function.LongConsumer;

/**
 * What the agent knows by itself: whether the monitor can still take it for alive.
 *
 * <p>The lease runs from the sending of the youngest beat that was acknowledged, not from the ack:
 * an ack that a frozen machine finds in its socket an hour later renews nothing. The timer is lazy:
 * a renewal moves no timer, and a timer that fires early sets itself anew.
 */
final class Lease {
  /** Before every instant of a clock, and far enough from the end to count from. */
  static final long NEVER = Long.MIN_VALUE / 2;

  private final Clock clock;
  private final LongConsumer onLost;
  private long timeoutMs = 0;
  private long renewedAt = NEVER;

  /** It does not end before, whatever the policy says by now. */
  private long leastUntil = NEVER;

  private Clock.Timer timer;

  /** {@code onLost} is told for how long there was silence, in ms. */
  Lease(Clock clock, LongConsumer onLost) {
    this.clock = clock;
    this.onLost = onLost;
  }

  /** A beat that was sent at {@code sentAt} is acknowledged. */
  void renew(long sentAt) {
    if (sentAt < renewedAt) return;
    renewedAt = sentAt;
    if (timer == null) arm();
  }

  /**
   * The policy in force says how long silence may last. A shorter span counts from now on, since
   * the monitor does not judge by it the silence before; what was allowed already is not exceeded.
   */
  void allow(long timeoutMs) {
    if (timeoutMs == this.timeoutMs) return;
    leastUntil = clock.now() + Math.min(remainingMs(), timeoutMs);
    this.timeoutMs = timeoutMs;
    boolean held = timer != null;
    disarm();
    if (held) check();
    else arm();
  }

  /** Until when it holds, by the monotonic clock. */
  long until() {
    return renewedAt == NEVER ? NEVER : Math.max(renewedAt + timeoutMs, leastUntil);
  }

  void stop() {
    disarm();
    renewedAt = NEVER;
  }

  private long remainingMs() {
    return renewedAt == NEVER ? 0 : until() - clock.now();
  }

  /** No timer runs while the lease is lost: that is what makes it lost once per episode. */
  private void arm() {
    long remainingMs = remainingMs();
    if (remainingMs > 0) timer = clock.after(remainingMs, this::check);
  }

  private void disarm() {
    if (timer != null) timer.cancel();
    timer = null;
  }

  private void check() {
    disarm();
    arm();
    if (timer == null && renewedAt != NEVER) onLost.accept(clock.now() - renewedAt);
  }
}
