package io.heartbeat.agent;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.heartbeat.v1.TaskRetry;
import java.util.concurrent.Executor;

/** Takes up what the server offers, and has the program work on it. */
final class Retries {
  /** Where the server offers lost tasks. */
  static final String SUBJECT = "tasks.retry";

  private static final JsonFormat.Parser JSON = JsonFormat.parser().ignoringUnknownFields();

  private final RetryHandler handler;
  private final TaskBook tasks;
  private final Executor threads;

  /** {@code threads} has one for each task: what is worked on holds up no message. */
  Retries(RetryHandler handler, TaskBook tasks, Executor threads) {
    this.handler = handler;
    this.tasks = tasks;
    this.threads = threads;
  }

  MailIn.Subscription subscription() {
    return new MailIn.Subscription(SUBJECT, this::takeUp);
  }

  private void takeUp(AgentMessage message) throws InvalidProtocolBufferException {
    TaskRetry.Builder offer = TaskRetry.newBuilder();
    JSON.merge(message.text(), offer);
    tasks.takeUp(offer.build()).ifPresent(task -> threads.execute(() -> work(task)));
  }

  private void work(RetriedTask task) {
    try {
      handler.handle(task);
    } catch (Exception | Error thrown) {
      if (!task.isCanceled()) task.fail(thrown);
    } finally {
      task.close();
    }
  }
}
