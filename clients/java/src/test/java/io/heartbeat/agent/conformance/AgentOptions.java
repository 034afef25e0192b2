package io.heartbeat.agent.conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.heartbeat.agent.HeartbeatAgentBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** Options, from the runner's form to the builder's. */
final class AgentOptions {
  private AgentOptions() {}

  static void apply(JsonObject options, HeartbeatAgentBuilder to) {
    with(options, "server", it -> to.server(it.getAsString()));
    with(options, "organizationId", it -> to.organizationId(it.getAsString()));
    with(options, "agentType", it -> to.agentType(it.getAsString()));
    with(options, "labels", it -> labels(it.getAsJsonObject(), to));
    with(options, "instanceId", it -> to.instanceId(it.getAsString()));
    with(options, "policy", it -> policy(it.getAsJsonObject(), to));
    with(options, "maxReconnectAttempts", it -> to.maxReconnectAttempts(it.getAsInt()));
    with(options, "backoff", it -> backoff(it.getAsJsonObject(), to));
    with(options, "connectTimeoutMs", it -> to.connectTimeout(millis(it)));
    with(options, "vitals", it -> to.vitals(it.getAsBoolean()));
    with(options, "handleSignals", it -> to.handleSignals(it.getAsBoolean()));
    with(options, "tls", it -> tls(it, to));
    with(options, "token", it -> to.token(it.getAsString()));
  }

  private static void labels(JsonObject labels, HeartbeatAgentBuilder to) {
    labels.entrySet().forEach(each -> to.label(each.getKey(), each.getValue().getAsString()));
  }

  private static void policy(JsonObject policy, HeartbeatAgentBuilder to) {
    with(policy, "intervalMs", it -> to.interval(millis(it)));
    with(policy, "timeoutMultiplier", it -> to.timeoutMultiplier(it.getAsDouble()));
    with(policy, "maxMissedBeats", it -> to.maxMissedBeats(it.getAsInt()));
    with(policy, "graceMs", it -> to.grace(millis(it)));
    with(policy, "dropGraceMs", it -> to.dropGrace(millis(it)));
    with(policy, "taskStaleAfterMs", it -> to.taskStaleAfter(millis(it)));
    with(policy, "taskTimeoutAfterMs", it -> to.taskTimeoutAfter(millis(it)));
    with(policy, "staleWarningOnlyOnce", it -> to.staleWarningOnlyOnce(it.getAsBoolean()));
  }

  /** As everywhere, the maximum is at least 30 s and the first when it is left out. */
  private static void backoff(JsonObject backoff, HeartbeatAgentBuilder to) {
    long firstMs = backoff.has("initialMs") ? backoff.get("initialMs").getAsLong() : 250;
    long maxMs =
        backoff.has("maxMs") ? backoff.get("maxMs").getAsLong() : Math.max(30_000, firstMs);
    to.backoff(Duration.ofMillis(firstMs), Duration.ofMillis(maxMs));
  }

  private static void tls(JsonElement tls, HeartbeatAgentBuilder to) {
    if (tls.isJsonObject() && tls.getAsJsonObject().has("caFile")) {
      to.tls(Path.of(tls.getAsJsonObject().get("caFile").getAsString()));
    } else if (tls.isJsonObject() || tls.getAsBoolean()) {
      to.tls();
    }
  }

  private static Duration millis(JsonElement value) {
    return Duration.ofMillis(value.getAsLong());
  }

  private static void with(JsonObject options, String name, Consumer<JsonElement> apply) {
    if (options.has(name)) apply.accept(options.get(name));
  }
}
