package io.heartbeat.agent.conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.heartbeat.agent.AgentDirective;
import io.heartbeat.agent.AgentMessage;
import io.heartbeat.agent.AgentTask;
import io.heartbeat.agent.ConnectionHealth;
import io.heartbeat.agent.HeartbeatAgent;
import io.heartbeat.agent.HeartbeatAgentBuilder;
import io.heartbeat.agent.RetriedTask;
import io.heartbeat.agent.Retry;
import io.heartbeat.agent.TaskOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** An agent on strings. */
final class Puppet {
  private static final int SHOWN_BYTES = 1_000;

  private final Reports reports;
  private final Map<String, AgentTask> tasks = new ConcurrentHashMap<>();

  /** Of the lost tasks that were taken up: what the handler waits for. */
  private final Map<String, CountDownLatch> releases = new ConcurrentHashMap<>();

  private HeartbeatAgent agent;

  Puppet(Reports reports) {
    this.reports = reports;
  }

  void obey(JsonObject order) {
    switch (order.get("do").getAsString()) {
      case "start" -> start(order.getAsJsonObject("options"));
      case "task" -> startTask(order);
      case "progress" -> progress(order);
      case "activity" -> task(order).activity();
      case "succeed" -> end(order, AgentTask::succeed);
      case "fail" -> end(order, task -> task.fail(text(order, "error", "")));
      case "cancel" -> end(order, AgentTask::cancel);
      case "idle" -> agent.idle();
      case "running" -> agent.running();
      case "beat" -> agent.beat();
      case "publish" -> publish(order);
      case "health" -> tellHealth(agent.connectionHealth());
      case "state" -> reports.say("state", "state", agent.state().name().toLowerCase());
      case "close" -> {
        agent.close(text(order, "reason", "closed"));
        reports.say("closed");
      }
      case "failAgent" -> {
        agent.fail(text(order, "reason", "failed"));
        reports.say("closed");
      }
      default -> throw new IllegalArgumentException("an order that is unknown: " + order);
    }
  }

  void close() {
    if (agent != null) agent.close();
  }

  private void start(JsonObject options) {
    HeartbeatAgentBuilder builder = HeartbeatAgent.builder(text(options, "agentId", ""));
    AgentOptions.apply(options, builder);
    listen(builder);
    strings(options, "subscriptions")
        .forEach(subject -> builder.onMessage(subject, this::tellMessage));
    strings(options, "failing").forEach(subject -> builder.onMessage(subject, this::failOn));
    if (options.has("takesTasks")) builder.onRetry(this::takeUp);
    agent = builder.build().start();
  }

  private void listen(HeartbeatAgentBuilder builder) {
    builder
        .onWelcome(
            welcome ->
                reports.say(
                    "welcome",
                    "epoch",
                    epoch(welcome.epoch()),
                    "resumed",
                    welcome.resumed(),
                    "intervalMs",
                    welcome.policy().interval().toMillis()))
        .onReconnect(
            again ->
                reports.say(
                    "reconnect",
                    "epoch",
                    epoch(again.epoch()),
                    "resumed",
                    again.resumed(),
                    "attempts",
                    again.attempts()))
        .onLeaseLost(
            lost ->
                reports.say(
                    "leaseLost",
                    "epoch",
                    epoch(lost.epoch()),
                    "silentMs",
                    lost.silent().toMillis()))
        .onSuperseded(
            by ->
                reports.say(
                    "superseded",
                    "epoch",
                    by.epoch().isPresent() ? epoch(by.epoch().getAsLong()) : null,
                    "instanceId",
                    by.instanceId().orElse(null)))
        .onError(
            refused ->
                reports.say(
                    "error",
                    "status",
                    refused.status().name(),
                    "code",
                    refused.code().orElse(null),
                    "message",
                    refused.message()))
        .onGaveUp(
            gone -> reports.say("gaveUp", "attempts", gone.attempts(), "reason", gone.reason()))
        .onDirective(this::tellDirective);
  }

  private void tellDirective(AgentDirective directive) {
    if (directive instanceof AgentDirective.SetPolicy change) {
      tellKind("set-policy", "intervalMs", change.policy().interval().toMillis());
    } else if (directive instanceof AgentDirective.Pause pause) {
      String until = pause.until().map(Instant::toString).orElse(null);
      tellKind("pause", "until", until, "reason", pause.reason());
    } else if (directive instanceof AgentDirective.Resume) {
      tellKind("resume");
    } else if (directive instanceof AgentDirective.Reconnect wish) {
      tellKind("reconnect", "withinMs", wish.within().toMillis(), "reason", wish.reason());
    } else if (directive instanceof AgentDirective.CancelTask task) {
      tellKind("cancel-task", "taskId", task.taskId(), "reason", task.reason());
    } else if (directive instanceof AgentDirective.Superseded) {
      tellKind("superseded");
    }
  }

  private void tellKind(String kind, Object... fields) {
    Object[] all = new Object[fields.length + 2];
    all[0] = "kind";
    all[1] = kind;
    System.arraycopy(fields, 0, all, 2, fields.length);
    reports.say("directive", all);
  }

  private void tellMessage(AgentMessage message) {
    boolean shown = message.data().length <= SHOWN_BYTES;
    reports.say(
        "message",
        "subject",
        message.subject(),
        "size",
        message.data().length,
        "text",
        shown ? message.text() : null,
        "contentType",
        message.contentType(),
        "from",
        message.fromAgentId(),
        "replyTo",
        message.replyTo());
  }

  private void failOn(AgentMessage message) {
    tellMessage(message);
    throw new IllegalStateException("this handler fails");
  }

  private void tellHealth(ConnectionHealth health) {
    var since = health.secondsSinceAck();
    reports.say(
        "health",
        "healthy",
        health.healthy(),
        "connected",
        health.connected(),
        "lastHeartbeatAck",
        health.lastHeartbeatAck().map(Instant::toString).orElse(null),
        "secondsSinceAck",
        since.isPresent() ? since.getAsDouble() : null,
        "reconnectAttempts",
        health.reconnectAttempts());
  }

  private void startTask(JsonObject order) {
    TaskOptions options = TaskOptions.defaults();
    if (order.has("staleAfterMs")) options = options.staleAfter(span(order, "staleAfterMs"));
    if (order.has("timeoutAfterMs")) options = options.timeoutAfter(span(order, "timeoutAfterMs"));
    if (order.has("detail")) options = options.detail(text(order, "detail", ""));
    if (order.has("retry")) options = options.retry(retry(order.getAsJsonObject("retry")));
    keep(agent.task(text(order, "id", ""), options));
  }

  private static Retry retry(JsonObject retry) {
    return Retry.defaults()
        .maxAttempts(retry.get("maxAttempts").getAsInt())
        .backoff(span(retry, "backoffMs"));
  }

  /** A task that is in flight already is handed out again, and reports once. */
  private void keep(AgentTask task) {
    String id = task.id();
    if (tasks.put(id, task) != task) {
      task.onCanceled(() -> reports.say("taskCanceled", "id", id));
    }
  }

  /** Until an order ends it, or it is canceled. */
  private void takeUp(RetriedTask task) throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    releases.put(task.id(), over);
    keep(task);
    task.onCanceled(over::countDown);
    reports.say(
        "retried",
        "id",
        task.id(),
        "attempt",
        task.attempt(),
        "maxAttempts",
        task.maxAttempts(),
        "epoch",
        epoch(task.epoch()),
        "progress",
        task.progressBefore(),
        "detail",
        new String(task.detailBefore(), StandardCharsets.UTF_8),
        "from",
        task.fromAgentId(),
        "reason",
        task.reason());
    over.await();
  }

  private void end(JsonObject order, Consumer<AgentTask> how) {
    how.accept(task(order));
    CountDownLatch over = releases.get(text(order, "id", ""));
    if (over != null) over.countDown();
  }

  private void progress(JsonObject order) {
    double fraction = order.has("fraction") ? order.get("fraction").getAsDouble() : Double.NaN;
    if (order.has("detail")) task(order).progress(fraction, text(order, "detail", ""));
    else task(order).progress(fraction);
  }

  private void publish(JsonObject order) {
    String subject = text(order, "subject", "");
    String replyTo = text(order, "replyTo", "");
    CompletionStage<OptionalLong> delivered;
    if (order.has("bytes")) {
      delivered = agent.publish(subject, new byte[order.get("bytes").getAsInt()], "", replyTo);
    } else if (replyTo.isEmpty()) {
      delivered = agent.publish(subject, text(order, "text", ""));
    } else {
      byte[] data = text(order, "text", "").getBytes(StandardCharsets.UTF_8);
      delivered = agent.publish(subject, data, "text/plain; charset=utf-8", replyTo);
    }
    delivered.thenAccept(
        count ->
            reports.say(
                "published",
                "subject",
                subject,
                "delivered",
                count.isPresent() ? count.getAsLong() : null));
  }

  private AgentTask task(JsonObject order) {
    return tasks.get(text(order, "id", ""));
  }

  private static List<String> strings(JsonObject order, String name) {
    if (!order.has(name)) return List.of();
    return order.getAsJsonArray(name).asList().stream().map(JsonElement::getAsString).toList();
  }

  private static Duration span(JsonObject order, String name) {
    return Duration.ofMillis(order.get(name).getAsLong());
  }

  private static String text(JsonObject order, String name, String otherwise) {
    return order.has(name) ? order.get(name).getAsString() : otherwise;
  }

  private static String epoch(long epoch) {
    return Long.toUnsignedString(epoch);
  }
}
