package io.heartbeat.agent;

/** Where the agent tells what it survived. Never throws. */
interface Log {
  void warn(String message);

  /** Something that was thrown, with where that was. */
  void fault(String message, Throwable thrown);
}
