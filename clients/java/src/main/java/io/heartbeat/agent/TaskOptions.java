package io.heartbeat.agent;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a task is told at its start. Immutable; every method hands out another one:
 *
 * <pre>{@code
 * agent.task("import-42", TaskOptions.defaults().staleAfter(Duration.ofMinutes(1)));
 * }</pre>
 */
public final class TaskOptions {
  private static final TaskOptions DEFAULTS =
      new TaskOptions(
          OptionalLong.empty(), OptionalLong.empty(), Optional.empty(), Optional.empty());

  private final OptionalLong staleAfterMs;
  private final OptionalLong timeoutAfterMs;
  private final Optional<ByteString> detail;
  private final Optional<Retry> retry;

  private TaskOptions(
      OptionalLong staleAfterMs,
      OptionalLong timeoutAfterMs,
      Optional<ByteString> detail,
      Optional<Retry> retry) {
    this.staleAfterMs = staleAfterMs;
    this.timeoutAfterMs = timeoutAfterMs;
    this.detail = detail;
    this.retry = retry;
  }

  /**
   * What the policy says, and no detail.
   *
   * @return what every task begins with
   */
  public static TaskOptions defaults() {
    return DEFAULTS;
  }

  /**
   * When the task counts as STALE. Default: the policy's.
   *
   * @param silence so long after its last activity; 100 ms to 30 days
   * @return these options with that threshold
   * @throws InvalidOptionException when it is outside its limit
   */
  public TaskOptions staleAfter(Duration silence) {
    long ms = Checks.span("staleAfter", silence, Limits.TASK_THRESHOLD_MS);
    return new TaskOptions(OptionalLong.of(ms), timeoutAfterMs, detail, retry);
  }

  /**
   * When the task counts as TIMED_OUT. Default: the policy's.
   *
   * @param runtime so long after its start; 100 ms to 30 days
   * @return these options with that threshold
   * @throws InvalidOptionException when it is outside its limit
   */
  public TaskOptions timeoutAfter(Duration runtime) {
    long ms = Checks.span("timeoutAfter", runtime, Limits.TASK_THRESHOLD_MS);
    return new TaskOptions(staleAfterMs, OptionalLong.of(ms), detail, retry);
  }

  /**
   * What the next attempt at the task would need.
   *
   * @param text at most 4 KiB; more is left out, with a warning
   * @return these options with that detail
   */
  public TaskOptions detail(String text) {
    return detail(ByteString.copyFromUtf8(text));
  }

  /**
   * What the next attempt at the task would need.
   *
   * @param bytes at most 4 KiB; more is left out, with a warning
   * @return these options with that detail
   */
  public TaskOptions detail(byte[] bytes) {
    return detail(ByteString.copyFrom(bytes));
  }

  private TaskOptions detail(ByteString detail) {
    return new TaskOptions(staleAfterMs, timeoutAfterMs, Optional.of(detail), retry);
  }

  /**
   * How the task is handed on when it is lost. Default: as the policy says.
   *
   * @param retry how often, when and to whom
   * @return these options with that
   * @throws InvalidOptionException when it is null
   */
  public TaskOptions retry(Retry retry) {
    Checks.required("retry", retry);
    return new TaskOptions(staleAfterMs, timeoutAfterMs, detail, Optional.of(retry));
  }

  OptionalLong staleAfterMs() {
    return staleAfterMs;
  }

  OptionalLong timeoutAfterMs() {
    return timeoutAfterMs;
  }

  Optional<ByteString> detail() {
    return detail;
  }

  Optional<Retry> retry() {
    return retry;
  }
}
