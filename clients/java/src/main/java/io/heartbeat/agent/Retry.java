package io.heartbeat.agent;

import io.heartbeat.v1.RetryPlacement;
import io.heartbeat.v1.RetryPolicy;
import java.time.Duration;

/**
 * How a task that timed out or lost its agent is handed on. Immutable; every method hands out
 * another one:
 *
 * <pre>{@code
 * agent.task("import-42", TaskOptions.defaults().retry(Retry.defaults().maxAttempts(5)));
 * }</pre>
 */
public final class Retry {
  /** Who may be asked to do a lost task again. */
  public enum Placement {
    /** Any agent of the same type. The default. */
    ANY_OF_TYPE,
    /** The agent that had it, once it is back. */
    SAME_AGENT
  }

  private static final Retry DEFAULTS =
      new Retry(
          RetryPolicy.newBuilder()
              .setPlacement(RetryPlacement.RETRY_PLACEMENT_ANY_OF_TYPE)
              .build());

  private final RetryPolicy policy;

  private Retry(RetryPolicy policy) {
    this.policy = policy;
  }

  /**
   * Three attempts, a backoff of 1 s to 5 min, any agent of the type.
   *
   * @return how it is without more words
   */
  public static Retry defaults() {
    return DEFAULTS;
  }

  /**
   * Attempts in all, the first one included. Default: 3.
   *
   * @param count 1 to 100; 1 is none beyond the first
   * @return the same with so many
   * @throws InvalidOptionException when it is outside its limit
   */
  public Retry maxAttempts(int count) {
    Checks.number("maxAttempts", count, Limits.RETRY_ATTEMPTS);
    return new Retry(policy.toBuilder().setMaxAttempts(count).build());
  }

  /**
   * The wait before the second attempt; each further one waits twice as long. Default: 1 s.
   *
   * @param span 0 to 24 h
   * @return the same with that wait
   * @throws InvalidOptionException when it is outside its limit
   */
  public Retry backoff(Duration span) {
    return new Retry(policy.toBuilder().setBackoff(checked("backoff", span)).build());
  }

  /**
   * The longest wait. Default: 5 min.
   *
   * @param span 0 to 24 h
   * @return the same with that wait
   * @throws InvalidOptionException when it is outside its limit
   */
  public Retry maxBackoff(Duration span) {
    return new Retry(policy.toBuilder().setMaxBackoff(checked("maxBackoff", span)).build());
  }

  /**
   * Whom to ask. Default: any of the type.
   *
   * @param placement who may be asked
   * @return the same with that placement
   * @throws InvalidOptionException when it is null
   */
  public Retry placement(Placement placement) {
    RetryPlacement told =
        switch (Checks.required("placement", placement)) {
          case ANY_OF_TYPE -> RetryPlacement.RETRY_PLACEMENT_ANY_OF_TYPE;
          case SAME_AGENT -> RetryPlacement.RETRY_PLACEMENT_SAME_AGENT;
        };
    return new Retry(policy.toBuilder().setPlacement(told).build());
  }

  RetryPolicy policy() {
    return policy;
  }

  private static com.google.protobuf.Duration checked(String option, Duration span) {
    return Durations.toProto(Checks.span(option, span, Limits.RETRY_BACKOFF_MS));
  }
}
