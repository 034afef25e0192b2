package io.heartbeat.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.heartbeat.v1.Message;
import io.heartbeat.v1.RetryPlacement;
import io.heartbeat.v1.RetryPolicy;
import io.heartbeat.v1.TaskUpdate;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RetriesTest {
  private final FakeLog log = new FakeLog();
  private final TaskBook book = new TaskBook(() -> {}, new DirectCourier(), log);
  private final List<Runnable> works = new ArrayList<>();
  private final List<RetriedTask> handed = new ArrayList<>();
  private long sequence = 0;

  @Test
  void aTaskIsTakenUpAtOnceWithAllThatWasToldOfIt() {
    offer(taking(RetriedTask::succeed), 9);
    assertEquals(List.of("import-42 RUNNING 9 "), told());
    works.get(0).run();
    RetriedTask task = handed.get(0);
    assertEquals("import-42", task.id());
    assertEquals(2, task.attempt());
    assertEquals(3, task.maxAttempts());
    assertEquals(9, task.epoch());
    assertEquals(0.4, task.progressBefore());
    assertEquals("row 17", new String(task.detailBefore()));
    assertEquals("billing-3", task.fromAgentId());
    assertEquals("its agent is down", task.reason());
  }

  static Stream<Arguments> ends() {
    return Stream.of(
        Arguments.of("import-42 SUCCEEDED 9 ", (RetryHandler) RetriedTask::succeed),
        Arguments.of(
            "import-42 FAILED 9 java.io.IOException: no disk",
            (RetryHandler)
                task -> {
                  throw new IOException("no disk");
                }),
        Arguments.of(
            "import-42 FAILED 9 left its scope without an end", (RetryHandler) task -> {}));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void itIsToldToItsEnd(String end, RetryHandler handler) {
    MailIn in = taking(handler);
    offer(in, 9);
    works.get(0).run();
    assertEquals(List.of(end), told());
    offer(in, 9);
    assertEquals(1, works.size(), "the same offer again");
    offer(in, 12);
    assertEquals(2, works.size(), "the next attempt");
  }

  @Test
  void onlyTheAttemptThatIsNamedIsCanceled() {
    MailIn in =
        taking(
            task -> {
              throw new InterruptedException();
            });
    offer(in, 9);
    book.cancel("import-42", OptionalLong.of(0));
    book.cancel("import-42", OptionalLong.of(8));
    works.get(0).run();
    assertEquals(List.of("import-42 FAILED 9 java.lang.InterruptedException"), told());
    offer(in, 12);
    book.cancel("import-42", OptionalLong.of(12));
    works.get(1).run();
    assertTrue(handed.get(1).isCanceled());
    assertEquals(List.of("import-42 CANCELED 12 "), told());
  }

  @Test
  void itTakesThePlaceOfAnOlderAttempt() {
    AgentTask own = book.start("import-42", TaskOptions.defaults());
    offer(taking(RetriedTask::succeed), 9);
    assertTrue(own.isCanceled());
    own.cancel();
    assertEquals(List.of("import-42 RUNNING 9 "), told());
  }

  @Test
  void itIsToStopWhenTheAgentEnds() {
    AgentTask own = book.start("t", TaskOptions.defaults());
    offer(taking(RetriedTask::close), 9);
    book.letGo();
    works.get(0).run();
    assertTrue(handed.get(0).isCanceled());
    assertFalse(own.isCanceled());
  }

  @Test
  void theOneInFlightIsNotTakenUpAgain() {
    MailIn in = taking(RetriedTask::succeed);
    offer(in, 9);
    offer(in, 9);
    assertEquals(1, works.size());
    works.get(0).run();
    assertFalse(handed.get(0).isCanceled());
  }

  @Test
  void itIsLeftToOthersWhenThereIsNoRoom() {
    for (int i = 0; i < 256; i++) book.start("t" + i, TaskOptions.defaults());
    offer(taking(RetriedTask::succeed), 9);
    assertEquals(List.of(), works);
    assertEquals(List.of("task import-42 is not taken up: 256 are in flight already"), log.told);
  }

  @Test
  void whatCannotBeReadIsHarmless() {
    MailIn in = taking(RetriedTask::succeed);
    in.receive(List.of(message("{")), 0);
    assertTrue(log.told.get(0).startsWith("the handler of tasks.retry threw"), log.told.get(0));
    offer(in, 9);
    assertEquals(1, works.size());
  }

  @Test
  void howATaskIsHandedOnIsSaid() {
    Retry retry =
        Retry.defaults()
            .maxAttempts(5)
            .backoff(Duration.ZERO)
            .maxBackoff(Duration.ofMinutes(1))
            .placement(Retry.Placement.SAME_AGENT);
    RetryPolicy sent = book.start("t", TaskOptions.defaults().retry(retry)).report().getRetry();
    assertEquals(5, sent.getMaxAttempts());
    assertEquals(Durations.toProto(0), sent.getBackoff());
    assertEquals(Durations.toProto(60_000), sent.getMaxBackoff());
    assertEquals(RetryPlacement.RETRY_PLACEMENT_SAME_AGENT, sent.getPlacement());
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of("maxAttempts", (Runnable) () -> Retry.defaults().maxAttempts(0)),
        Arguments.of("backoff", (Runnable) () -> Retry.defaults().backoff(Duration.ofMillis(-1))),
        Arguments.of(
            "maxBackoff", (Runnable) () -> Retry.defaults().maxBackoff(Duration.ofDays(2))),
        Arguments.of("placement", (Runnable) () -> Retry.defaults().placement(null)));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void beyondItsLimitsItIsRefused(String option, Runnable wrong) {
    var refused = assertThrows(InvalidOptionException.class, wrong::run);
    assertEquals(option, refused.option());
  }

  private MailIn taking(RetryHandler handler) {
    RetryHandler remembering =
        task -> {
          handed.add(task);
          handler.handle(task);
        };
    Retries retries = new Retries(remembering, book, works::add);
    return new MailIn(List.of(retries.subscription()), new DirectCourier(), log);
  }

  private static void offer(MailIn in, long epoch) {
    String offer =
        """
        {"taskId": "import-42", "fromAgentId": "billing-3", "attempt": 2, "maxAttempts": 3,
         "epoch": "%d", "progress": 0.4, "detail": "cm93IDE3", "reason": "its agent is down",
         "takeUpWithin": "10s", "later": 1}
        """;
    in.receive(List.of(message(offer.formatted(epoch))), 0);
  }

  private static Message message(String text) {
    ByteString data = ByteString.copyFromUtf8(text);
    return Message.newBuilder().setSubject("tasks.retry").setData(data).build();
  }

  private List<String> told() {
    return book.take(++sequence, new Room(1_000_000)).stream().map(RetriesTest::words).toList();
  }

  private static String words(TaskUpdate update) {
    String state = update.getState().name().replace("TASK_STATE_", "");
    return update.getTaskId() + " " + state + " " + update.getEpoch() + " " + update.getError();
  }
}
