package io.heartbeat.agent;

import com.google.protobuf.ByteString;
import io.heartbeat.v1.TaskState;
import io.heartbeat.v1.TaskUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * One piece of work, watched apart from its agent: an agent that beats while its task hangs is
 * found.
 *
 * <p>Every call is sent at once, by any thread, and none throws. After the end, all do nothing.
 * After a reconnect, tasks in flight are reported again. A detail of more than 4 KiB is left out,
 * with a warning; an error is cut after 1 KiB.
 *
 * <pre>{@code
 * try (AgentTask task = agent.task("import-42")) {
 *   // work, and now and then task.progress(0.5)
 *   task.succeed();
 * }
 * }</pre>
 *
 * <p>A task that leaves its block without an end has FAILED: that is what an exception on the way
 * means. When an operator had canceled it, it is CANCELED. So call {@code succeed()} last.
 */
public sealed class AgentTask implements AutoCloseable permits RetriedTask {
  private final String id;
  private final TaskBook book;

  /** The whole of what is to be said: an update that has been lost costs nothing. */
  private final AtomicReference<TaskUpdate> report;

  private final List<Runnable> actions = new ArrayList<>();
  private volatile boolean canceled = false;

  /** {@code epoch} is what the server calls this attempt: 0 for a task of the agent's own. */
  AgentTask(String id, long epoch, TaskOptions options, TaskBook book) {
    this.id = id;
    this.book = book;
    TaskUpdate.Builder first =
        TaskUpdate.newBuilder()
            .setTaskId(id)
            .setEpoch(epoch)
            .setState(TaskState.TASK_STATE_RUNNING);
    options.staleAfterMs().ifPresent(ms -> first.setStaleAfter(Durations.toProto(ms)));
    options.timeoutAfterMs().ifPresent(ms -> first.setTimeoutAfter(Durations.toProto(ms)));
    options.retry().ifPresent(retry -> first.setRetry(retry.policy()));
    options.detail().filter(this::isKept).ifPresent(first::setDetail);
    report = new AtomicReference<>(first.build());
  }

  /**
   * The task's name.
   *
   * @return as it was given to {@link HeartbeatAgent#task(String)}
   */
  public String id() {
    return id;
  }

  /**
   * Whether it is over.
   *
   * @return true after {@code succeed}, {@code fail}, {@code cancel} or {@code close}
   */
  public boolean isEnded() {
    return report.get().getState() != TaskState.TASK_STATE_RUNNING;
  }

  /**
   * Whether to stop working on it, because an operator has canceled it, it was handed on, or
   * another process has taken the agent's name. Then call {@link #cancel()}, or leave the block.
   *
   * @return true from then on
   */
  public boolean isCanceled() {
    return canceled;
  }

  /**
   * Has something done when the task is canceled: soon, when it is already. Runs on the thread of
   * the agent's callbacks.
   *
   * @param action for example {@code Thread.currentThread()::interrupt}
   */
  public void onCanceled(Runnable action) {
    synchronized (actions) {
      if (!canceled) {
        actions.add(action);
        return;
      }
    }
    if (!book.tell("onCanceled", action::run)) action.run();
  }

  /**
   * Tells how far it is.
   *
   * @param fraction 0 to 1, and held to these bounds; NaN keeps what was told before
   */
  public void progress(double fraction) {
    change(update -> withProgress(update, fraction));
  }

  /**
   * Tells how far it is, and what the next attempt would need.
   *
   * @param fraction 0 to 1, and held to these bounds; NaN keeps what was told before
   * @param detail at most 4 KiB
   */
  public void progress(double fraction, String detail) {
    progress(fraction, ByteString.copyFromUtf8(detail));
  }

  /**
   * Tells how far it is, and what the next attempt would need.
   *
   * @param fraction 0 to 1, and held to these bounds; NaN keeps what was told before
   * @param detail at most 4 KiB
   */
  public void progress(double fraction, byte[] detail) {
    progress(fraction, ByteString.copyFrom(detail));
  }

  /** Tells that it moves, where there is no progress to tell. */
  public void activity() {
    change(UnaryOperator.identity());
  }

  /** It ended well. */
  public void succeed() {
    end(update -> update.setState(TaskState.TASK_STATE_SUCCEEDED).setProgress(1));
  }

  /**
   * It ended badly.
   *
   * @param error why; cut after 1 KiB
   */
  public void fail(String error) {
    String cut = Checks.cut(String.valueOf(error), Limits.SENTENCE_BYTES);
    end(update -> update.setState(TaskState.TASK_STATE_FAILED).setError(cut));
  }

  /**
   * It ended badly.
   *
   * @param error why
   */
  public void fail(Throwable error) {
    fail(String.valueOf(error));
  }

  /** It was given up. */
  public void cancel() {
    end(update -> update.setState(TaskState.TASK_STATE_CANCELED));
  }

  /**
   * Ends a task that has not ended: as canceled when an operator had canceled it, else as failed.
   */
  @Override
  public void close() {
    if (canceled) cancel();
    else fail("left its scope without an end");
  }

  /** Asks whoever works on it to stop. */
  void fire() {
    List<Runnable> fired;
    synchronized (actions) {
      if (canceled) return;
      canceled = true;
      fired = List.copyOf(actions);
      actions.clear();
    }
    for (Runnable action : fired) book.tell("onCanceled", action::run);
  }

  TaskUpdate report() {
    return report.get();
  }

  private void progress(double fraction, ByteString detail) {
    boolean kept = !isEnded() && isKept(detail);
    change(
        update -> {
          TaskUpdate moved = withProgress(update, fraction);
          return kept ? moved.toBuilder().setDetail(detail).build() : moved;
        });
  }

  private static TaskUpdate withProgress(TaskUpdate update, double fraction) {
    if (Double.isNaN(fraction)) return update;
    return update.toBuilder().setProgress(Math.min(1, Math.max(0, fraction))).build();
  }

  private boolean isKept(ByteString detail) {
    if (detail.size() <= Limits.TASK_DETAIL_BYTES) return true;
    String bytes = detail.size() + " bytes";
    book.warn(
        "task %s: a detail of %s is left out, more than %d are not kept"
            .formatted(id, bytes, Limits.TASK_DETAIL_BYTES));
    return false;
  }

  private void change(UnaryOperator<TaskUpdate> to) {
    replace(to);
    book.changed(this);
  }

  private void end(UnaryOperator<TaskUpdate.Builder> with) {
    if (replace(update -> with.apply(update.toBuilder()).build())) book.ended(this);
  }

  /** Replaces the report of a task that runs; false when it has ended. */
  private boolean replace(UnaryOperator<TaskUpdate> to) {
    TaskUpdate before =
        report.getAndUpdate(
            now -> now.getState() == TaskState.TASK_STATE_RUNNING ? to.apply(now) : now);
    return before.getState() == TaskState.TASK_STATE_RUNNING;
  }
}
