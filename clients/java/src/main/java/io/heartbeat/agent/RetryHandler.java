package io.heartbeat.agent;

/** Works on a task that an agent lost, until it ends. */
@FunctionalInterface
public interface RetryHandler {
  /**
   * Called for each such task on a daemon thread of its own, for several at once. A task has FAILED
   * when this throws, or returns without an end; it is CANCELED when it was to stop by then.
   *
   * @param task the task, taken up already
   * @throws Exception whatever it likes: it is told as the task's error
   */
  void handle(RetriedTask task) throws Exception;
}
