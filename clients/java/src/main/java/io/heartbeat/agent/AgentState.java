package io.heartbeat.agent;

import java.util.Set;

/** Where an agent stands. */
public enum AgentState {
  /** Not started. */
  IDLE,
  /** A stream is being opened; no Welcome yet. */
  CONNECTING,
  /** Welcomed: the agent beats. */
  LIVE,
  /** Between two attempts. */
  WAITING,
  /** Saying Goodbye. */
  CLOSING,
  /** Over, for good. */
  ENDED;

  /** Which state may follow which; what is not here is a fault of the agent. */
  boolean mayBecome(AgentState next) {
    return successors().contains(next);
  }

  private Set<AgentState> successors() {
    return switch (this) {
      case IDLE -> Set.of(CONNECTING, ENDED);
      case CONNECTING -> Set.of(CONNECTING, LIVE, WAITING, CLOSING, ENDED);
      case LIVE -> Set.of(CONNECTING, WAITING, CLOSING, ENDED);
      case WAITING -> Set.of(CONNECTING, ENDED);
      case CLOSING -> Set.of(ENDED);
      case ENDED -> Set.of();
    };
  }
}
