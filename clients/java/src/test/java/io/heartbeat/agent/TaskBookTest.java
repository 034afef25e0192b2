package io.heartbeat.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heartbeat.v1.TaskState;
import io.heartbeat.v1.TaskUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TaskBookTest {
  private final FakeLog log = new FakeLog();
  private final DirectCourier courier = new DirectCourier();
  private final TaskBook book = new TaskBook(() -> {}, courier, log);

  @Test
  void aHundredChangesMakeOneUpdate() {
    AgentTask task = start("t");
    for (int i = 1; i <= 100; i++) task.progress(i / 100.0, "step " + i);
    List<TaskUpdate> updates = take(1);
    assertEquals(1, updates.size());
    assertEquals(1.0, updates.get(0).getProgress());
    assertEquals("step 100", updates.get(0).getDetail().toStringUtf8());
    assertFalse(book.hasNews());
  }

  @Test
  void aTaskInFlightIsHandedOutAgain() {
    AgentTask task = start("t");
    assertSame(task, start("t"));
    task.succeed();
    assertNotSame(task, start("t"));
  }

  @Test
  void anEndAndANewBeginningAreToldInThisOrder() {
    start("t").succeed();
    start("t");
    List<TaskState> states = take(1).stream().map(TaskUpdate::getState).toList();
    assertEquals(List.of(TaskState.TASK_STATE_SUCCEEDED, TaskState.TASK_STATE_RUNNING), states);
  }

  @Test
  void anEndIsToldOnEveryStreamUntilItIsAcknowledged() {
    start("t").fail("disk full");
    assertEquals("disk full", take(1).get(0).getError());
    assertEquals(List.of(), take(2));
    book.beginStream();
    assertEquals(1, take(1).size());
    book.acked(1);
    book.beginStream();
    assertEquals(List.of(), take(1));
  }

  @Test
  void aTaskInFlightIsToldAgainOnANewStream() {
    start("t");
    take(1);
    book.beginStream();
    assertEquals("t", take(1).get(0).getTaskId());
  }

  @Test
  void afterItsEndEveryCallDoesNothing() {
    AgentTask task = start("t");
    task.succeed();
    take(1);
    task.progress(0.1);
    task.fail("no");
    task.cancel();
    task.close();
    assertFalse(book.hasNews());
    assertTrue(task.isEnded());
  }

  @Test
  void aTaskThatLeavesItsBlockHasFailed() {
    try (AgentTask task = start("t")) {
      task.activity();
    }
    assertEquals(TaskState.TASK_STATE_FAILED, take(1).get(0).getState());
  }

  @Test
  void aTaskThatAnOperatorCanceledIsToldOnlyItsEnd() {
    List<String> fired = new ArrayList<>();
    AgentTask task = start("t");
    task.onCanceled(() -> fired.add("before"));
    book.cancel("t", OptionalLong.empty());
    task.onCanceled(() -> fired.add("after"));
    book.cancel("t", OptionalLong.empty());
    assertEquals(List.of("before", "after"), fired);
    assertTrue(task.isCanceled());
    task.progress(0.9);
    assertEquals(List.of(), take(1));
    task.close();
    assertEquals(TaskState.TASK_STATE_CANCELED, take(2).get(0).getState());
  }

  @Test
  void whatIsCanceledIsToldEvenAfterTheAgentsEnd() {
    AgentTask task = start("t");
    book.cancelAll();
    courier.full = true;
    List<String> fired = new ArrayList<>();
    task.onCanceled(() -> fired.add("here"));
    assertEquals(List.of("here"), fired);
  }

  @Test
  void oneTaskTooManyWorksAndIsNotReported() {
    for (int i = 0; i < 257; i++) start("t" + i).progress(0.5);
    assertEquals(256, take(1).size());
    assertEquals(List.of("task t256 is not reported: 256 are in flight already"), log.told);
  }

  @Test
  void theOldestEndIsForgottenAtTheBound() {
    for (int i = 0; i < 257; i++) start("t" + i).succeed();
    assertEquals("t1", take(1).get(0).getTaskId());
    assertEquals(1, log.told.size());
  }

  @Test
  void whatDoesNotFitWaitsForTheNextBeat() {
    for (int i = 0; i < 20; i++) start("t" + i).progress(0.5, "x".repeat(4_096));
    int first = book.take(1, new Room(40_000)).size();
    assertEquals(9, first);
    assertTrue(book.hasNews());
    assertEquals(9, book.take(2, new Room(40_000)).size());
    assertEquals(2, book.take(3, new Room(40_000)).size());
  }

  @Test
  void aDetailThatIsTooLongIsLeftOut() {
    AgentTask task = start("t");
    task.progress(0.5, "kept");
    task.progress(0.6, "x".repeat(4_097));
    TaskUpdate update = take(1).get(0);
    assertEquals("kept", update.getDetail().toStringUtf8());
    assertEquals(0.6, update.getProgress());
    assertEquals(1, log.told.size());
  }

  @Test
  void anErrorIsCut() {
    start("t").fail("é".repeat(2_000));
    assertTrue(Checks.bytes(take(1).get(0).getError()) <= 1_024);
  }

  @Test
  void progressIsHeldToItsBounds() {
    AgentTask task = start("t");
    task.progress(7);
    assertEquals(1.0, task.report().getProgress());
    task.progress(-1);
    assertEquals(0.0, task.report().getProgress());
    task.progress(0.3);
    task.progress(Double.NaN);
    assertEquals(0.3, task.report().getProgress());
  }

  @Test
  void optionsAreToldWithEveryUpdate() {
    book.start(
        "t",
        TaskOptions.defaults()
            .staleAfter(Duration.ofSeconds(1))
            .timeoutAfter(Duration.ofSeconds(2))
            .detail("begin"));
    TaskUpdate update = take(1).get(0);
    assertEquals(Durations.toProto(1_000), update.getStaleAfter());
    assertEquals(Durations.toProto(2_000), update.getTimeoutAfter());
    assertEquals("begin", update.getDetail().toStringUtf8());
  }

  private AgentTask start(String id) {
    return book.start(id, TaskOptions.defaults());
  }

  private List<TaskUpdate> take(long sequence) {
    return book.take(sequence, new Room(1_000_000));
  }
}
