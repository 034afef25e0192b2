package io.heartbeat.agent;

import io.heartbeat.v1.TaskRetry;

/** A task that another agent, or an earlier life of this one, lost: taken up already. */
public final class RetriedTask extends AgentTask {
  private final TaskRetry offer;

  RetriedTask(TaskRetry offer, TaskBook book) {
    super(offer.getTaskId(), offer.getEpoch(), TaskOptions.defaults(), book);
    this.offer = offer;
  }

  /**
   * Which attempt this is.
   *
   * @return 2 is the first after the first failed
   */
  public int attempt() {
    return offer.getAttempt();
  }

  /**
   * How many attempts there may be.
   *
   * @return in all, the first one included
   */
  public int maxAttempts() {
    return offer.getMaxAttempts();
  }

  /**
   * The fencing token of this attempt. Send it along with what the task writes elsewhere, and let
   * the other side refuse an older one.
   *
   * @return greater than that of each attempt before
   */
  public long epoch() {
    return offer.getEpoch();
  }

  /**
   * How far it was.
   *
   * @return 0 to 1, as last told
   */
  public double progressBefore() {
    return offer.getProgress();
  }

  /**
   * What the attempt before told of it for this one.
   *
   * @return a copy; empty when it told nothing
   */
  public byte[] detailBefore() {
    return offer.getDetail().toByteArray();
  }

  /**
   * Who lost it.
   *
   * @return the agent that had it last
   */
  public String fromAgentId() {
    return offer.getFromAgentId();
  }

  /**
   * Why it is handed on.
   *
   * @return in the server's words
   */
  public String reason() {
    return offer.getReason();
  }
}
