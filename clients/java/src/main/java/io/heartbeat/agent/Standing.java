package io.heartbeat.agent;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How the agent stands, as the agent's thread last published it for all others.
 *
 * @param leaseUntil when the lease ends, by the monotonic clock
 */
record Standing(
    AgentState state, long epoch, int attempts, Optional<Ack> lastAck, long leaseUntil) {
  /** When an ack came, by both clocks. */
  record Ack(long at, Instant wall) {}

  static final Standing FIRST = new Standing(AgentState.IDLE, 0, 0, Optional.empty(), Lease.NEVER);

  /** As it is at this instant. */
  ConnectionHealth health(long now) {
    boolean connected = state == AgentState.LIVE;
    OptionalDouble since =
        lastAck.isPresent()
            ? OptionalDouble.of((now - lastAck.get().at()) / 1_000.0)
            : OptionalDouble.empty();
    return new ConnectionHealth(
        connected && leaseUntil > now, connected, lastAck.map(Ack::wall), since, attempts);
  }
}
