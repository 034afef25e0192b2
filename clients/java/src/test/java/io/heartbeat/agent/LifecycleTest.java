package io.heartbeat.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.heartbeat.v1.Activity;
import io.heartbeat.v1.BeatRequest;
import io.heartbeat.v1.CancelTask;
import io.heartbeat.v1.Directive;
import io.heartbeat.v1.LivenessPolicy;
import io.heartbeat.v1.Message;
import io.heartbeat.v1.Reconnect;
import io.heartbeat.v1.Registration;
import io.heartbeat.v1.Superseded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LifecycleTest {
  private final FakeClock clock = new FakeClock();
  private final FakeLog log = new FakeLog();
  private final DirectCourier courier = new DirectCourier();
  private final List<FakeChannel> channels = new ArrayList<>();
  private final List<Object> heard = new ArrayList<>();
  private final TaskBook tasks = new TaskBook(() -> {}, courier, log);
  private final MailOut mailOut = new MailOut(() -> {}, courier, log);
  private Activity activity = Activity.ACTIVITY_UNSPECIFIED;
  private boolean ended = false;
  private final Lifecycle agent = lifecycle(Integer.MAX_VALUE);

  // What is sent

  @Test
  void theFirstMessageSaysWhoItIs() {
    tasks.start("t", TaskOptions.defaults());
    agent.connect();
    BeatRequest first = channel().last();
    assertEquals(1, first.getSequence());
    assertEquals("a", first.getAgentId());
    assertEquals("i", first.getRegistration().getInstanceId());
    assertEquals(0, first.getEpoch());
    assertEquals(1, first.getTasksCount());
    assertEquals(AgentState.CONNECTING, agent.standing().state());
  }

  @Test
  void beatsComeAtASteadyPace() {
    live(1, 1_000);
    clock.advance(499);
    assertEquals(1, channel().sent.size());
    clock.advance(1);
    assertEquals(2, channel().sent.size());
    channel().ack();
    clock.advance(1_000);
    assertEquals(3, channel().sent.size());
  }

  @Test
  void aBeatThatIsLateByMoreThanAnIntervalIsNotMadeUpFor() {
    live(1, 1_000);
    clock.freeze(2_700);
    clock.advance(0);
    assertEquals(2, channel().sent.size());
    channel().ack();
    clock.advance(999);
    assertEquals(2, channel().sent.size());
    clock.advance(1);
    assertEquals(3, channel().sent.size());
  }

  @Test
  void anAnswerThatTookLongBringsTheFirstBeatForward() {
    agent.connect();
    clock.advance(900);
    channel().welcome(1, 1_000);
    clock.advance(100);
    assertEquals(2, channel().sent.size());
  }

  @Test
  void nothingPilesUpBehindASlowServer() {
    live(1, 1_000);
    channel().writable = false;
    clock.advance(2_000);
    activity = Activity.ACTIVITY_IDLE;
    agent.flush();
    assertEquals(1, channel().sent.size());
    channel().written();
    assertEquals(2, channel().sent.size());
    assertEquals(Activity.ACTIVITY_IDLE, channel().last().getActivity());
    channel().written();
    assertEquals(2, channel().sent.size());
  }

  @Test
  void aMessageWaitsForTheWelcome() {
    mailOut.put(message(10));
    agent.connect();
    assertEquals(0, channel().last().getMessagesCount());
    channel().welcome(1, 1_000);
    assertEquals(1, channel().last().getMessagesCount());
  }

  @Test
  void noBeatIsLargerThanABeatMayBe() {
    for (int i = 0; i < 256; i++) {
      tasks.start("t" + i, TaskOptions.defaults().detail("x".repeat(4_096)));
    }
    for (int i = 0; i < 20; i++) mailOut.put(message(32 * 1024));
    live(1, 1_000);
    while (tasks.hasNews() || mailOut.hasUnsent()) agent.flush();
    for (BeatRequest beat : channel().sent) {
      assertTrue(beat.getSerializedSize() <= Limits.BEAT_BYTES);
    }
  }

  // Policies and directives

  @Test
  void aNewIntervalBringsTheNextBeatWithinIt() {
    live(1, 60_000);
    channel().direct(setInterval(200));
    clock.advance(200);
    assertEquals(2, channel().sent.size());
    AgentDirective.SetPolicy change = heard(AgentDirective.SetPolicy.class);
    assertEquals(Duration.ofMillis(200), change.policy().interval());
  }

  @Test
  void aLongerIntervalLeavesTheNextBeatWhereItWas() {
    live(1, 1_000);
    channel().direct(setInterval(60_000));
    clock.advance(500);
    assertEquals(2, channel().sent.size());
  }

  @Test
  void whoIsAskedToReconnectHalfClosesAndIsBackAtOnce() {
    live(1, 1_000);
    channel().direct(Directive.newBuilder().setReconnect(within(400)));
    clock.advance(200);
    assertTrue(channel().finished);
    channel().end(Status.Code.OK, null);
    assertEquals(2, channels.size());
    assertFalse(channels.get(0).last().hasGoodbye());
    assertEquals(AgentState.CONNECTING, agent.standing().state());
  }

  @Test
  void aServerThatHangsUpBeforeIsMetAgainAtTheSameInstant() {
    live(1, 1_000);
    channel().direct(Directive.newBuilder().setReconnect(within(400)));
    clock.advance(50);
    channel().end(Status.Code.UNAVAILABLE, "draining");
    clock.advance(149);
    assertEquals(1, channels.size());
    clock.advance(1);
    assertEquals(2, channels.size());
  }

  @Test
  void anOperatorCancelsATask() {
    AgentTask task = tasks.start("t", TaskOptions.defaults());
    live(1, 1_000);
    channel().direct(Directive.newBuilder().setCancelTask(CancelTask.newBuilder().setTaskId("t")));
    assertTrue(task.isCanceled());
  }

  @Test
  void aKindThatIsUnknownIsIgnored() {
    live(1, 1_000);
    channel().direct(Directive.newBuilder());
    assertEquals(1, heard.size());
  }

  // How it ends, and how it does not

  @Test
  void aLostStreamIsOpenedAgainWithTheSameLife() {
    live(7, 1_000);
    assertEquals(7, heard(AgentEvent.Welcomed.class).epoch());
    channel().end(Status.Code.UNAVAILABLE, null);
    assertEquals(AgentState.WAITING, agent.standing().state());
    assertTrue(channels.get(0).abandoned);
    clock.advance(125);
    assertEquals(7, channel().last().getEpoch());
    assertEquals("i", channel().last().getRegistration().getInstanceId());
    channel().welcome(7, 1_000);
    assertEquals(new AgentEvent.Reconnected(1, true, 7), heard(AgentEvent.Reconnected.class));
  }

  @Test
  void anAttemptWithoutAWelcomeFails() {
    agent.connect();
    clock.advance(10_000);
    assertTrue(channel().abandoned);
    assertEquals(AgentState.WAITING, agent.standing().state());
    assertEquals(1, agent.standing().health(clock.now()).reconnectAttempts());
  }

  @Test
  void aLateWordOfAnOldStreamIsVoid() {
    live(1, 1_000);
    FakeChannel old = channel();
    old.end(Status.Code.UNAVAILABLE, null);
    clock.advance(125);
    old.end(Status.Code.INVALID_ARGUMENT, "field_invalid");
    old.welcome(9, 1_000);
    assertEquals(AgentState.CONNECTING, agent.standing().state());
    assertEquals(1, agent.standing().epoch());
  }

  @Test
  void aPushbackIsNoFailedAttempt() {
    Lifecycle agent = lifecycle(1);
    agent.connect();
    var end =
        new StreamEnd(
            Status.Code.RESOURCE_EXHAUSTED,
            "",
            Optional.of("admission_deferred"),
            OptionalLong.of(1_000));
    channel().listener.onEnd(end);
    assertEquals(0, agent.standing().attempts());
    clock.advance(1_049);
    assertEquals(1, channels.size());
    clock.advance(1);
    assertEquals(2, channels.size());
  }

  @Test
  void attemptsThatFailInARowEndIt() {
    Lifecycle agent = lifecycle(2);
    agent.connect();
    channel().end(Status.Code.UNAVAILABLE, null);
    clock.advance(60_000);
    assertEquals(new AgentEvent.GaveUp(2, "UNAVAILABLE: no Welcome within 10000 ms"), heard.get(0));
    assertEquals(AgentState.ENDED, agent.standing().state());
    assertTrue(ended);
    assertEquals(0, clock.timers());
  }

  @Test
  void aTakeoverEndsItAndCancelsEveryTask() {
    AgentTask task = tasks.start("t", TaskOptions.defaults());
    live(1, 1_000);
    Superseded by = Superseded.newBuilder().setEpoch(2).setInstanceId("other").build();
    channel().direct(Directive.newBuilder().setSuperseded(by));
    channel().end(Status.Code.ABORTED, null);
    assertEquals(
        new AgentEvent.SupersededBy(OptionalLong.of(2), Optional.of("other")),
        heard(AgentEvent.SupersededBy.class));
    assertTrue(task.isCanceled());
    assertTrue(ended);
    assertEquals(0, clock.timers());
  }

  @Test
  void anOldEpochEndsItWithoutSayingWhoHoldsTheName() {
    agent.connect();
    channel().end(Status.Code.FAILED_PRECONDITION, "epoch_old");
    assertEquals(
        new AgentEvent.SupersededBy(OptionalLong.empty(), Optional.empty()),
        heard(AgentEvent.SupersededBy.class));
  }

  @Test
  void aRefusalEndsIt() {
    agent.connect();
    channel().end(Status.Code.INVALID_ARGUMENT, "field_invalid");
    assertEquals(
        new AgentEvent.Refused(Status.Code.INVALID_ARGUMENT, Optional.of("field_invalid"), "words"),
        heard(AgentEvent.Refused.class));
    assertTrue(ended);
  }

  @Test
  void aStreamWithoutAcksIsGivenUpWhenTheLeaseEnds() {
    live(3, 1_000);
    clock.advance(2_999);
    assertTrue(agent.standing().health(clock.now()).healthy());
    clock.advance(1);
    assertEquals(
        new AgentEvent.LeaseLost(Duration.ofSeconds(3), 3), heard(AgentEvent.LeaseLost.class));
    assertTrue(channels.get(0).abandoned);
    assertEquals(AgentState.WAITING, agent.standing().state());
  }

  // Goodbye

  @Test
  void goodbyeComesAfterAllNewsAndAllMessages() {
    live(1, 1_000);
    channel().writable = false;
    tasks.start("t", TaskOptions.defaults()).succeed();
    for (int i = 0; i < 3; i++) mailOut.put(message(30_000));
    agent.leave("done", false, 2_000);
    channel().written();
    assertFalse(channel().last().hasGoodbye());
    channel().written();
    assertEquals("done", channel().last().getGoodbye().getReason());
    channel().ack();
    assertTrue(channel().finished);
    channel().end(Status.Code.OK, null);
    assertTrue(ended);
    assertEquals(0, clock.timers());
  }

  @Test
  void goodbyeDoesNotWaitForEver() {
    live(1, 1_000);
    agent.leave("done", true, 2_000);
    assertTrue(channel().last().getGoodbye().getFailed());
    assertEquals(AgentState.CLOSING, agent.standing().state());
    clock.advance(2_000);
    assertEquals(AgentState.ENDED, agent.standing().state());
    assertTrue(channel().abandoned);
  }

  @Test
  void thereIsNobodyToSayGoodbyeToBetweenTwoAttempts() {
    agent.connect();
    channel().end(Status.Code.UNAVAILABLE, null);
    agent.leave("done", false, 2_000);
    assertTrue(ended);
    assertEquals(0, clock.timers());
  }

  @Test
  void whatATaskSaysAfterwardsHoldsUpNoGoodbye() {
    AgentTask task = tasks.start("t", TaskOptions.defaults());
    live(1, 1_000);
    channel().writable = false;
    agent.leave("done", false, 2_000);
    task.progress(0.5);
    channel().written();
    assertTrue(channel().last().hasGoodbye());
    assertEquals(0, channel().last().getTasksCount());
  }

  // Support

  private Lifecycle lifecycle(int maxReconnectAttempts) {
    Listeners listeners =
        new Listeners(
            heard::add, heard::add, heard::add, heard::add, heard::add, heard::add, heard::add);
    AgentSettings settings =
        new AgentSettings(
            "a",
            new Target("127.0.0.1", 1, Optional.empty()),
            Optional.empty(),
            "",
            "",
            Map.of(),
            "i",
            Optional.empty(),
            maxReconnectAttempts,
            new Backoff.Bounds(250, 30_000),
            10_000,
            false,
            false,
            List.of(),
            Optional.empty(),
            listeners);
    Session.Parts session =
        new Session.Parts(
            clock,
            this::open,
            "a",
            Registration.newBuilder().setInstanceId("i").build(),
            tasks,
            new MailIn(List.of(), courier, log),
            mailOut,
            () -> activity,
            lagMs -> Optional.empty());
    return new Lifecycle(
        new Lifecycle.Parts(settings, clock, () -> 0.5, session, courier, log, () -> ended = true));
  }

  private BeatChannel open(BeatChannel.Listener listener) {
    channels.add(new FakeChannel(listener));
    return channel();
  }

  private FakeChannel channel() {
    return channels.get(channels.size() - 1);
  }

  private void live(long epoch, long intervalMs) {
    agent.connect();
    channel().welcome(epoch, intervalMs);
    assertEquals(AgentState.LIVE, agent.standing().state());
  }

  private <T> T heard(Class<T> kind) {
    return heard.stream().filter(kind::isInstance).map(kind::cast).findFirst().orElseThrow();
  }

  private static Directive.Builder setInterval(long ms) {
    LivenessPolicy policy = LivenessPolicy.newBuilder().setInterval(Durations.toProto(ms)).build();
    return Directive.newBuilder().setSetPolicy(policy);
  }

  private static Reconnect within(long ms) {
    return Reconnect.newBuilder().setWithin(Durations.toProto(ms)).build();
  }

  private static Message message(int bytes) {
    return Message.newBuilder()
        .setSubject("s")
        .setData(ByteString.copyFrom(new byte[bytes]))
        .build();
  }
}
