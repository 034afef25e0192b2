package io.heartbeat.agent;

import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The agent's own thread: the state belongs to it, and so does every timer. It runs nothing of the
 * program's, so nothing of the program's can hold up a beat. The thread begins with the first task,
 * and is a daemon: an agent keeps no JVM alive.
 */
final class Loop implements Clock, Executor {
  private final ScheduledThreadPoolExecutor executor;
  private final DaemonThread thread;
  private final Log log;

  Loop(String threadName, Log log) {
    this.log = log;
    thread = new DaemonThread(threadName);
    // What comes after the stop (a late word of the transport) has nobody left to hear it.
    executor = new ScheduledThreadPoolExecutor(1, thread, new ThreadPoolExecutor.DiscardPolicy());
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(guarded(task));
  }

  @Override
  public long now() {
    return Math.floorDiv(System.nanoTime(), 1_000_000L);
  }

  @Override
  public Instant wall() {
    return Instant.now();
  }

  @Override
  public Timer after(long delayMs, Runnable callback) {
    Future<?> future =
        executor.schedule(guarded(callback), Math.max(0, delayMs), TimeUnit.MILLISECONDS);
    return () -> future.cancel(false);
  }

  /** Ends the thread, and drops what waits. */
  void stop() {
    executor.shutdownNow();
  }

  /** Waits until the thread is gone. */
  void awaitEnd(long ms) throws InterruptedException {
    thread.awaitEnd(ms);
  }

  /** A fault of the agent is told rather than lost in a future that nobody reads. */
  private Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error fault) {
        log.fault("a fault of the agent", fault);
      }
    };
  }
}
