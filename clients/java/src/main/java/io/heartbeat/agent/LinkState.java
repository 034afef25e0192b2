package io.heartbeat.agent;

/** An agent's state, with what belongs to it. One method of {@link Lifecycle} changes it. */
sealed interface LinkState {
  AgentState name();

  /** The stream that a state holds, or null. */
  default Session session() {
    return null;
  }

  /** The timer that a state holds, or null. */
  default Clock.Timer timer() {
    return null;
  }

  record Idle() implements LinkState {
    @Override
    public AgentState name() {
      return AgentState.IDLE;
    }
  }

  /** The timer bounds the attempt. */
  record Connecting(Session session, Clock.Timer timer) implements LinkState {
    @Override
    public AgentState name() {
      return AgentState.CONNECTING;
    }
  }

  /** Welcomed at this monotonic instant. */
  record Live(Session session, long since) implements LinkState {
    @Override
    public AgentState name() {
      return AgentState.LIVE;
    }
  }

  /** The timer ends the wait. */
  record Waiting(Clock.Timer timer) implements LinkState {
    @Override
    public AgentState name() {
      return AgentState.WAITING;
    }
  }

  /** The timer bounds the Goodbye. */
  record Closing(Session session, Clock.Timer timer) implements LinkState {
    @Override
    public AgentState name() {
      return AgentState.CLOSING;
    }
  }

  record Ended() implements LinkState {
    @Override
    public AgentState name() {
      return AgentState.ENDED;
    }
  }
}
