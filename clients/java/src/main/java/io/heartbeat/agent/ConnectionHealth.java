package io.heartbeat.agent;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How the link to the monitor is.
 *
 * @param healthy connected, and the lease holds
 * @param connected whether a stream is open and welcomed
 * @param lastHeartbeatAck when the last ack came, by this machine's wall clock; empty before the
 *     first
 * @param secondsSinceAck since the last ack, by the monotonic clock; empty before the first
 * @param reconnectAttempts since the stream was last up, without those that the server put off; 0
 *     while it is
 */
public record ConnectionHealth(
    boolean healthy,
    boolean connected,
    Optional<Instant> lastHeartbeatAck,
    OptionalDouble secondsSinceAck,
    int reconnectAttempts) {}
