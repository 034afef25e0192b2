package io.heartbeat.agent;

import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an agent tells the program; see the {@code on…} methods of {@link HeartbeatAgentBuilder}.
 */
public sealed interface AgentEvent {
  /**
   * The first stream is up.
   *
   * @param epoch the fencing token: send it along with what you write elsewhere
   * @param resumed true when the server knew this instance already
   * @param policy how the server judges this agent
   */
  record Welcomed(long epoch, boolean resumed, Policy policy) implements AgentEvent {}

  /**
   * The stream is up again. Tasks in flight have been reported again.
   *
   * @param attempts how many it took, this one included, without those that the server put off
   * @param resumed true when the server kept the epoch
   * @param epoch the fencing token as it now is
   */
  record Reconnected(int attempts, boolean resumed, long epoch) implements AgentEvent {}

  /**
   * No ack for interval x timeout multiplier: by now the monitor may call this agent DOWN, and
   * another process may do its work.
   *
   * @param silent since the last beat that was acknowledged was sent
   * @param epoch the epoch that can no longer be relied on
   */
  record LeaseLost(Duration silent, long epoch) implements AgentEvent {}

  /**
   * Another process holds the name: stop working.
   *
   * @param epoch its epoch; empty when the server only said that somebody does
   * @param instanceId its instance id; empty likewise
   */
  record SupersededBy(OptionalLong epoch, Optional<String> instanceId) implements AgentEvent {}

  /**
   * The server refused this agent for good.
   *
   * @param status the gRPC status
   * @param code the error's code: {@code unregistered}, {@code field_invalid}; empty if not told
   * @param message the server's words: field, value, limit and remedy
   */
  record Refused(Status.Code status, Optional<String> code, String message) implements AgentEvent {}

  /**
   * The agent has stopped trying.
   *
   * @param attempts failed attempts in a row
   * @param reason how the last one ended
   */
  record GaveUp(int attempts, String reason) implements AgentEvent {}
}
