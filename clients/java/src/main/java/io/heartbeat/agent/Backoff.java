package io.heartbeat.agent;

import java.util.function.DoubleSupplier;

/**
 * How far the waits between attempts have grown.
 *
 * <p>They start anew only after a stream that was up for as long as the present ceiling: a server
 * that welcomes everybody and then hangs up is not asked eight times a second.
 */
final class Backoff {
  /** The bounds of the wait between attempts. */
  record Bounds(long firstMs, long maxMs) {}

  private final Bounds bounds;
  private final DoubleSupplier random;
  private int step = 0;

  Backoff(Bounds bounds, DoubleSupplier random) {
    this.bounds = bounds;
    this.random = random;
  }

  /**
   * The longest wait before attempt {@code step}, counted from 0: first x 2^step, up to the
   * maximum.
   */
  static long ceilingMs(int step, Bounds bounds) {
    // Math.scalb does not overflow: it ends at infinity, which the maximum cuts.
    return (long) Math.min(bounds.maxMs(), Math.scalb((double) bounds.firstMs(), step));
  }

  /** How long to wait after a stream that was up for {@code upMs} (0 when it never was). */
  long afterLoss(long upMs) {
    forgive(upMs);
    return fullJitterMs(step++);
  }

  /**
   * The same after a stream that the server asked to be moved: nothing, unless it asks in a circle.
   */
  long afterRequest(long upMs) {
    forgive(upMs);
    if (step > 0) return afterLoss(upMs);
    step = 1;
    return 0;
  }

  /** Anything from 0 to the ceiling, so that a fleet that lost its server spreads out. */
  private long fullJitterMs(int step) {
    return (long) Math.floor(random.getAsDouble() * ceilingMs(step, bounds));
  }

  private void forgive(long upMs) {
    if (upMs >= ceilingMs(step, bounds)) step = 0;
  }
}
