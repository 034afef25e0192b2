package io.heartbeat.agent;

import io.heartbeat.v1.Message;
import java.util.List;

/** Hands messages to their handlers, one after the other. */
final class MailIn {
  /** Messages that wait for a handler; one more is left out. */
  static final int WAITING = 256;

  /** One subject, and what is done with its messages. */
  record Subscription(String subject, MessageHandler handler) {}

  private final List<Subscription> subscriptions;
  private final Courier courier;
  private final Log log;

  MailIn(List<Subscription> subscriptions, Courier courier, Log log) {
    this.subscriptions = subscriptions;
    this.courier = courier;
    this.log = log;
  }

  void receive(List<Message> messages, long skipped) {
    if (skipped > 0) {
      log.warn("the server left out " + skipped + " messages: this agent reads too slowly");
    }
    for (Message message : messages) {
      if (courier.send("a message", () -> hand(message))) continue;
      String subject = message.getSubject();
      log.warn("a message on " + subject + " is left out: " + WAITING + " wait already");
    }
  }

  private void hand(Message sent) {
    AgentMessage message = AgentMessage.of(sent);
    for (Subscription subscription : subscriptions) {
      if (!Subjects.matches(subscription.subject(), message.subject())) continue;
      try {
        subscription.handler().handle(message);
      } catch (Exception | Error thrown) {
        log.fault("the handler of " + subscription.subject() + " threw", thrown);
      }
    }
  }
}
