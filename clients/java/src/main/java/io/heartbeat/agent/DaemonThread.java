package io.heartbeat.agent;

import java.util.concurrent.ThreadFactory;

/** Makes the one thread of an executor, which keeps no JVM alive, and waits for its end. */
final class DaemonThread implements ThreadFactory {
  private final String name;
  private volatile Thread thread;

  DaemonThread(String name) {
    this.name = name;
  }

  @Override
  public Thread newThread(Runnable task) {
    thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Waits until the thread is gone, unless this is that thread. An executor says that it has
   * terminated a moment before.
   */
  void awaitEnd(long ms) throws InterruptedException {
    Thread present = thread;
    if (present != null && present != Thread.currentThread()) present.join(ms);
  }
}
