package io.heartbeat.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** What the server asks of the agent. The agent acts by itself; a program may want to know. */
public sealed interface AgentDirective {
  /**
   * Beat by this policy from now on: done already.
   *
   * @param policy all of it
   */
  record SetPolicy(Policy policy) implements AgentDirective {}

  /**
   * An operator rests the deadlines. Beats go on.
   *
   * @param until an instant of the server's clock
   * @param reason why, in the operator's words
   */
  record Pause(Optional<Instant> until, String reason) implements AgentDirective {}

  /** The rest is over. */
  record Resume() implements AgentDirective {}

  /**
   * Come back: the agent does.
   *
   * @param within after a random part of this span
   * @param reason why: "draining"
   */
  record Reconnect(Duration within, String reason) implements AgentDirective {}

  /**
   * Stop one task: it is told so already.
   *
   * @param taskId which
   * @param reason why, in the operator's words or the server's
   * @param epoch only this attempt at it, 0 for a task of the agent's own; empty for whichever
   */
  record CancelTask(String taskId, String reason, OptionalLong epoch) implements AgentDirective {}

  /**
   * Another process holds the name. {@link AgentEvent.SupersededBy} follows.
   *
   * @param epoch its epoch
   * @param instanceId its instance id
   */
  record Superseded(long epoch, String instanceId) implements AgentDirective {}
}
