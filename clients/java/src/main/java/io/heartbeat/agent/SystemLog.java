package io.heartbeat.agent;

/** The platform's logger {@code io.heartbeat.agent}. */
final class SystemLog implements Log {
  private static final System.Logger logger = System.getLogger("io.heartbeat.agent");

  private final String agentId;

  SystemLog(String agentId) {
    this.agentId = agentId;
  }

  @Override
  public void warn(String message) {
    tell(message, null);
  }

  @Override
  public void fault(String message, Throwable thrown) {
    tell(message, thrown);
  }

  private void tell(String message, Throwable thrown) {
    try {
      logger.log(System.Logger.Level.WARNING, "agent " + agentId + ": " + message, thrown);
    } catch (RuntimeException broken) {
      // A log that throws has nobody left to tell.
    }
  }
}
