package io.heartbeat.agent;

/**
 * What is done when the JVM shuts down: on SIGTERM and SIGINT, after an exit, at the program's end.
 */
final class ShutdownHook {
  private final Thread thread;

  ShutdownHook(String threadName, Runnable action) {
    thread = new Thread(action, threadName);
  }

  void add() {
    try {
      Runtime.getRuntime().addShutdownHook(thread);
    } catch (IllegalStateException shuttingDown) {
      // Too late: the agent goes with the JVM.
    }
  }

  /** Harmless when it was not added, and while it runs. */
  void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException shuttingDown) {
      // It runs, or has run.
    }
  }
}
