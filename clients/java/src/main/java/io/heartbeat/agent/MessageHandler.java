package io.heartbeat.agent;

/** What a program does with messages on a subject. */
@FunctionalInterface
public interface MessageHandler {
  /**
   * Called for one message after the other, on a thread that is the handlers' own.
   *
   * @param message the message
   * @throws Exception whatever it likes: that is logged, and harmless
   */
  void handle(AgentMessage message) throws Exception;
}
