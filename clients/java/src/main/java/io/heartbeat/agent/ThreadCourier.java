package io.heartbeat.agent;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A courier with a thread of its own. What goes wrong in the program's code is logged and reaches
 * nobody. The thread begins with the first errand, and is a daemon.
 */
final class ThreadCourier implements Courier {
  private final ThreadPoolExecutor executor;
  private final int capacity;
  private final Log log;
  private final DaemonThread thread;

  /** With room for {@code capacity} errands that wait. */
  ThreadCourier(String threadName, int capacity, Log log) {
    this.capacity = capacity;
    this.log = log;
    thread = new DaemonThread(threadName);
    executor =
        new ThreadPoolExecutor(1, 1, 0, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), thread);
  }

  @Override
  public boolean send(String what, Errand errand) {
    if (executor.getQueue().size() >= capacity) return false;
    try {
      executor.execute(() -> run(what, errand));
      return true;
    } catch (RejectedExecutionException stopped) {
      return false;
    }
  }

  /** What waits is still run; nothing new is taken. */
  void finish() {
    executor.shutdown();
  }

  /** What waits is dropped; what runs is left to end. */
  void drop() {
    executor.shutdown();
    executor.getQueue().clear();
  }

  /** Waits until the thread is gone, unless this is that thread. */
  void awaitEnd(long ms) throws InterruptedException {
    thread.awaitEnd(ms);
  }

  private void run(String what, Errand errand) {
    try {
      errand.run();
    } catch (Exception | Error thrown) {
      log.fault(what + " threw", thrown);
    }
  }
}
