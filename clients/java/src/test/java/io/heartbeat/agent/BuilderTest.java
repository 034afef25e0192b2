package io.heartbeat.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuilderTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "has blank", "ümlaut", "new\nline"})
  void anAgentHasAName(String id) {
    var refused = assertThrows(InvalidOptionException.class, () -> HeartbeatAgent.builder(id));
    assertEquals("agentId", refused.option());
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal("server", "port", b -> b.server("localhost")),
        refusal("server", "port", b -> b.server("localhost:0")),
        refusal("server", "port", b -> b.server("localhost:65536")),
        refusal("server", "http", b -> b.server("http://localhost:50051")),
        refusal("server", "IPV6", b -> b.server("::1:50051")),
        refusal("server", "null", b -> b.server(null)),
        refusal("organizationId", "128 bytes", b -> b.organizationId("a/b")),
        refusal("organizationId", "is empty", b -> b.organizationId("")),
        refusal("agentType", "128 bytes", b -> b.agentType("x".repeat(129))),
        refusal("label", "63 bytes", b -> b.label("x".repeat(64), "v")),
        refusal("label a", "256 bytes", b -> b.label("a", "ü".repeat(129))),
        refusal("label (their number)", "0 to 32", BuilderTest::tooManyLabels),
        refusal("instanceId", "is empty", b -> b.instanceId("")),
        refusal("instanceId", "128 bytes", b -> b.instanceId("x".repeat(129))),
        refusal("token", "not allowed", b -> b.token("two words")),
        refusal("interval", "100 ms to 86400000 ms", b -> b.interval(Duration.ofMillis(99))),
        refusal("interval", "86400001 ms", b -> b.interval(Duration.ofMillis(86_400_001))),
        refusal("timeoutMultiplier", "1.1 to 1000", b -> b.timeoutMultiplier(1)),
        refusal("timeoutMultiplier", "NaN", b -> b.timeoutMultiplier(Double.NaN)),
        refusal("maxMissedBeats", "1 to 1000", b -> b.maxMissedBeats(0)),
        refusal("grace", "0 ms to 3600000 ms", b -> b.grace(Duration.ofMillis(-1))),
        refusal("dropGrace", "86400000 ms", b -> b.dropGrace(Duration.ofHours(25))),
        refusal("taskStaleAfter", "100 ms", b -> b.taskStaleAfter(Duration.ZERO)),
        refusal("taskTimeoutAfter", "100 ms", b -> b.taskTimeoutAfter(Duration.ofDays(31))),
        refusal("maxReconnectAttempts", "-1", b -> b.maxReconnectAttempts(-1)),
        refusal("backoff (first)", "1 ms", b -> b.backoff(Duration.ZERO, Duration.ofHours(1))),
        refusal("backoff (max)", "500 ms", b -> b.backoff(Duration.ofMillis(500), Duration.ZERO)),
        refusal("connectTimeout", "10 ms to 600000 ms", b -> b.connectTimeout(Duration.ZERO)),
        refusal("onMessage", "wildcard", b -> b.onMessage("a*", message -> {})),
        refusal("onMessage (their number)", "0 to 64", BuilderTest::tooManySubjects),
        refusal("onRetry (their number)", "65", BuilderTest::oneMoreForTasks),
        refusal("taskRetry", "null", b -> b.taskRetry(null)),
        refusal("tls", "/nowhere.pem", b -> b.tls(Path.of("/nowhere.pem")).build()));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("refusals")
  void aWrongOptionIsRefusedByName(
      String option, String words, Consumer<HeartbeatAgentBuilder> wrong) {
    HeartbeatAgentBuilder builder = HeartbeatAgent.builder("a");
    var refused = assertThrows(InvalidOptionException.class, () -> wrong.accept(builder));
    assertEquals(option, refused.option());
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:1", "10.0.0.1:65535", "[::1]:50051", "a-b.example:443"})
  void anAddressIsTaken(String server) {
    assertEquals(AgentState.IDLE, HeartbeatAgent.builder("a").server(server).build().state());
  }

  @Test
  void anAgentThatWasNotStartedStandsStill() {
    HeartbeatAgent agent = HeartbeatAgent.builder("a").build();
    assertEquals(0, agent.epoch());
    assertEquals(false, agent.connectionHealth().healthy());
    assertEquals(true, agent.connectionHealth().lastHeartbeatAck().isEmpty());
    agent.close();
    assertEquals(AgentState.ENDED, agent.state());
    assertThrows(IllegalStateException.class, agent::start);
  }

  private static void tooManyLabels(HeartbeatAgentBuilder builder) {
    for (int i = 0; i < 33; i++) builder.label("l" + i, "v");
  }

  private static void tooManySubjects(HeartbeatAgentBuilder builder) {
    for (int i = 0; i < 65; i++) builder.onMessage("s" + i, message -> {});
  }

  private static void oneMoreForTasks(HeartbeatAgentBuilder builder) {
    for (int i = 0; i < 64; i++) builder.onMessage("s" + i, message -> {});
    builder.onRetry(task -> {});
  }

  private static Arguments refusal(
      String option, String words, Consumer<HeartbeatAgentBuilder> wrong) {
    return Arguments.of(option, words, wrong);
  }
}
