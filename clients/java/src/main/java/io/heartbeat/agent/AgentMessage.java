package io.heartbeat.agent;

import io.heartbeat.v1.Message;
import java.nio.charset.StandardCharsets;

/**
 * A message for one of the agent's subscriptions.
 *
 * @param subject where it was published
 * @param data the content; shared by the handlers that are called with it
 * @param contentType the media type of the data; empty when the publisher named none
 * @param fromAgentId the agent that published it; empty when a program did
 * @param replyTo the subject on which an answer is wanted; empty when none is
 */
public record AgentMessage(
    String subject, byte[] data, String contentType, String fromAgentId, String replyTo) {
  /**
   * The data as text.
   *
   * @return decoded as UTF-8
   */
  public String text() {
    return new String(data, StandardCharsets.UTF_8);
  }

  static AgentMessage of(Message sent) {
    return new AgentMessage(
        sent.getSubject(),
        sent.getData().toByteArray(),
        sent.getContentType(),
        sent.getFromAgentId(),
        sent.getReplyTo());
  }
}
