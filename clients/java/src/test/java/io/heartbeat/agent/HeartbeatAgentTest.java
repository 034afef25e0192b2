package io.heartbeat.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heartbeat.v1.BeatRequest;
import io.heartbeat.v1.TaskState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole of it, over a real socket. Waits are for conditions, and bounded. */
@Timeout(30)
class HeartbeatAgentTest {
  private final FakeServer server = new FakeServer();
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

  HeartbeatAgentTest() throws IOException {}

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void beatsAndSaysGoodbye() throws Exception {
    try (HeartbeatAgent agent = builder("beats").build().start()) {
      assertEquals(AgentEvent.Welcomed.class, heard.take().getClass());
      assertEquals(1, agent.epoch());
      agent.task("t").succeed();
      assertEquals("beats", server.beats.take().getAgentId());
    }
    BeatRequest last = server.beats.take();
    while (!last.hasGoodbye()) last = server.beats.take();
    assertEquals("closed", last.getGoodbye().getReason());
    assertTrue(last.hasVitals());
  }

  @Test
  void leavesNoThreadAndNoConnection() throws Exception {
    HeartbeatAgent agent = builder("leaves").build().start();
    heard.take();
    assertTrue(threads("leaves").contains("heartbeat-leaves"));
    agent.close();
    // Read at once: what close() promises holds when it returns.
    assertEquals(List.of(), threads("leaves"));
    assertEquals(AgentState.ENDED, agent.state());
    eventually(() -> server.connections.get() == 0);
  }

  @Test
  void aSlowCallbackAndASlowHandlerStopNoBeat() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    var builder = builder("slow");
    builder.onWelcome(
        welcome -> {
          await(latch);
        });
    HeartbeatAgent agent = builder.build().start();
    eventually(() -> agent.state() == AgentState.LIVE);
    eventually(
        () -> {
          agent.beat();
          return server.beats.size() >= 4;
        });
    latch.countDown();
    agent.close();
  }

  @Test
  void aCallbackMayCloseTheAgent() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    HeartbeatAgent[] self = new HeartbeatAgent[1];
    CountDownLatch built = new CountDownLatch(1);
    self[0] =
        builder("callback")
            .onWelcome(
                welcome -> {
                  await(built);
                  self[0].close();
                  closed.countDown();
                })
            .build();
    built.countDown();
    self[0].start();
    assertTrue(closed.await(10, TimeUnit.SECONDS));
    eventually(() -> threads("callback").isEmpty());
  }

  @Test
  void aLostTaskIsWorkedOnBesideTheMessages() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    server.offer = "{\"taskId\": \"import-42\", \"epoch\": \"9\"}";
    HeartbeatAgent agent =
        builder("takes")
            .onMessage(Retries.SUBJECT, message -> heard.add(message.subject()))
            .onRetry(
                task -> {
                  release.await();
                  task.succeed();
                })
            .build()
            .start();
    heard.take();
    assertEquals(Retries.SUBJECT, heard.take());
    eventually(() -> server.beats.stream().anyMatch(beat -> beat.getTasksCount() > 0));
    release.countDown();
    eventually(
        () ->
            server.beats.stream()
                .flatMap(beat -> beat.getTasksList().stream())
                .anyMatch(task -> task.getState() == TaskState.TASK_STATE_SUCCEEDED));
    agent.close();
    eventually(() -> threads("takes").isEmpty());
  }

  @Test
  void aLostTaskIsToStopWhenTheAgentEnds() throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
    server.offer = "{\"taskId\": \"import-42\", \"epoch\": \"9\"}";
    HeartbeatAgent agent =
        builder("stops")
            .onRetry(
                task -> {
                  task.onCanceled(stopped::countDown);
                  stopped.await();
                })
            .build()
            .start();
    eventually(() -> server.beats.stream().anyMatch(beat -> beat.getTasksCount() > 0));
    agent.close();
    assertTrue(stopped.await(10, TimeUnit.SECONDS));
    eventually(() -> threads("stops").isEmpty());
  }

  @Test
  void aTokenIsAskedForBeforeEachStream() {
    BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    HeartbeatAgent agent =
        builder("token")
            .backoff(Duration.ofMillis(1), Duration.ofMillis(1))
            .token(
                () -> {
                  asked.add("now");
                  throw new IllegalStateException("no token today");
                })
            .build()
            .start();
    eventually(() -> asked.size() >= 2);
    agent.close();
  }

  @Test
  void aServerThatIsNotThereHoldsNothingUp() {
    HeartbeatAgent agent = builder("absent").build();
    server.close();
    agent.start();
    eventually(() -> agent.state() == AgentState.WAITING);
    agent.close();
    assertEquals(AgentState.ENDED, agent.state());
    eventually(() -> threads("absent").isEmpty());
  }

  private HeartbeatAgentBuilder builder(String agentId) {
    return HeartbeatAgent.builder(agentId)
        .server(server.address())
        .onWelcome(heard::add)
        .onError(heard::add);
  }

  /** This agent's threads, and those of any connection. */
  private static List<String> threads(String agentId) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("heartbeat-" + agentId) || name.equals("heartbeat-io"))
        .toList();
  }

  private static void eventually(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "it did not come to pass");
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
