package io.heartbeat.agent;

import io.heartbeat.v1.Activity;
import io.heartbeat.v1.BeatRequest;
import io.heartbeat.v1.BeatResponse;
import io.heartbeat.v1.Directive;
import io.heartbeat.v1.Goodbye;
import io.heartbeat.v1.Registration;
import io.heartbeat.v1.Vitals;
import io.heartbeat.v1.Welcome;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** One stream's life: its sequence, its beats, its end. */
final class Session implements BeatChannel.Listener {
  /** How long the server may take to end a stream after this side has. */
  private static final long FINISH_TIMEOUT_MS = 1_000;

  /** Of a beat's bytes, what is kept for vitals and a Goodbye. */
  private static final int KEPT_BYTES = 2 * 1024;

  private static final long UNSENT = 0;

  /**
   * What every session needs, and does not change from one to the next.
   *
   * @param measure takes the vitals, told how late the agent's timer was in ms; empty without
   *     vitals
   */
  record Parts(
      Clock clock,
      BeatChannel.Opener opener,
      String agentId,
      Registration registration,
      TaskBook tasks,
      MailIn mailIn,
      MailOut mailOut,
      Supplier<Activity> activity,
      LongFunction<Optional<Vitals>> measure) {}

  /** What a session tells; each with itself, since a late word of an old one is void. */
  interface Events {
    /** A beat that was sent at this instant is acknowledged. */
    void onAck(Session session, long sentAt);

    void onWelcome(Session session, Welcome welcome);

    void onDirective(Session session, Directive directive);

    void onEnd(Session session, StreamEnd end);
  }

  private final Parts parts;
  private final Events events;
  private final UnackedBeats unacked = new UnackedBeats();
  private BeatChannel channel;
  private long sequence = 0;
  private long intervalMs = 0;
  private long beatAt = 0;

  /** When the last message was sent. */
  private long sentAt = 0;

  private Clock.Timer beatTimer;
  private Clock.Timer leaveTimer;
  private Activity toldActivity = Activity.ACTIVITY_UNSPECIFIED;
  private boolean beatWanted = false;
  private boolean welcomed = false;
  private boolean finished = false;
  private boolean over = false;

  /** When the agent ends this stream because the server asked for it; null before. */
  private Long leaveAt;

  /** Null until there is one to say. */
  private Goodbye goodbye;

  private long goodbyeSentWith = UNSENT;

  Session(Parts parts, Events events) {
    this.parts = parts;
    this.events = events;
  }

  /** Opens the stream and says the first message; {@code epoch} is that of the last Welcome. */
  void begin(long epoch) {
    channel = parts.opener().open(this);
    parts.tasks().beginStream();
    parts.mailOut().beginStream();
    BeatRequest.Builder first =
        BeatRequest.newBuilder()
            .setAgentId(parts.agentId())
            .setRegistration(parts.registration())
            .setEpoch(epoch);
    parts.measure().apply(0).ifPresent(first::setVitals);
    send(first);
  }

  /** When the agent ends this stream and comes back, since the server asked for it; or null. */
  Long leaveAt() {
    return leaveAt;
  }

  /**
   * Beats after {@code firstInMs}, then every {@code intervalMs}. An answer that took long brings
   * the first beat forward: the lease counts from the sending of what was answered.
   */
  void beatEvery(long intervalMs, long firstInMs) {
    long now = parts.clock().now();
    this.intervalMs = intervalMs;
    setBeat(Math.max(now, Math.min(now + firstInMs, sentAt + intervalMs)));
  }

  /** The interval has changed: the next beat comes within it, and no later than it was due. */
  void changeInterval(long intervalMs) {
    if (intervalMs == this.intervalMs) return;
    long now = parts.clock().now();
    this.intervalMs = intervalMs;
    setBeat(Math.max(now, Math.min(now + intervalMs, beatAt)));
  }

  /** One more beat, now or as soon as the last has been written. */
  void beat() {
    beatWanted = true;
    flush();
  }

  /** Sends what there is to tell, if anything and if the channel takes it. */
  void flush() {
    boolean news = parts.tasks().hasNews() || parts.activity().get() != toldActivity;
    boolean mail = welcomed && parts.mailOut().hasUnsent();
    if (beatWanted || goodbye != null || news || mail) send(BeatRequest.newBuilder());
  }

  /** Says Goodbye, with the last vitals and after all there is to tell; then ends the stream. */
  void sayGoodbye(Goodbye words) {
    if (finished) return;
    goodbye = words;
    cancelTimers();
    flush();
  }

  /** Ends the stream after a delay without a Goodbye, because the server asked for it. */
  void leaveIn(long delayMs) {
    if (leaveAt != null || over) return;
    leaveAt = parts.clock().now() + delayMs;
    leaveTimer = parts.clock().after(delayMs, this::finish);
  }

  /** Gives the stream up; nothing is told from now on. */
  void abandon() {
    over = true;
    cancelTimers();
    channel.abandon();
  }

  @Override
  public void onAnswer(BeatResponse answer) {
    if (over) return;
    long acked = answer.getAckedSequence();
    if (acked > 0) {
      parts.tasks().acked(acked);
      unacked.acked(acked).ifPresent(at -> events.onAck(this, at));
    }
    parts.mailOut().counted(answer.getDeliveredCountsList());
    if (answer.hasWelcome()) {
      welcomed = true;
      events.onWelcome(this, answer.getWelcome());
    }
    for (Directive directive : answer.getDirectivesList()) {
      if (!over) events.onDirective(this, directive);
    }
    if (over) return;
    parts.mailIn().receive(answer.getMessagesList(), answer.getSkippedCount());
    if (goodbyeSentWith != UNSENT && acked >= goodbyeSentWith) finish();
    else if (answer.hasWelcome()) flush();
  }

  @Override
  public void onWritable() {
    if (!over) flush();
  }

  @Override
  public void onEnd(StreamEnd end) {
    if (over) return;
    abandon();
    events.onEnd(this, end);
  }

  private void onBeatDue() {
    long now = parts.clock().now();
    long lagMs = now - beatAt;
    // Late by more than an interval, the beats between are not made up for.
    long next = beatAt + intervalMs;
    setBeat(next > now ? next : now + intervalMs);
    if (!mayBeSent()) return;
    BeatRequest.Builder beat = BeatRequest.newBuilder();
    parts.measure().apply(lagMs).ifPresent(beat::setVitals);
    send(beat);
  }

  private void setBeat(long at) {
    if (over || finished || goodbye != null) return;
    if (beatTimer != null) beatTimer.cancel();
    beatAt = at;
    beatTimer = parts.clock().after(at - parts.clock().now(), this::onBeatDue);
  }

  /**
   * After a Goodbye nothing is said, nor on a stream that has ended, nor while the last is
   * unwritten.
   */
  private boolean mayBeSent() {
    return !over && !finished && goodbyeSentWith == UNSENT && channel.isWritable();
  }

  /** Sends one message with all there is to tell; it is skipped while it may not be sent. */
  private void send(BeatRequest.Builder beat) {
    if (!mayBeSent()) return;
    beatWanted = false;
    toldActivity = parts.activity().get();
    sentAt = parts.clock().now();
    beat.setSequence(++sequence)
        .setSentAt(Durations.toProto(parts.clock().wall()))
        .setActivity(toldActivity);
    Room room = new Room(Limits.BEAT_BYTES - KEPT_BYTES - beat.build().getSerializedSize());
    beat.addAllTasks(parts.tasks().take(sequence, room));
    // Not before the Welcome: what a refused first message carried would be lost.
    if (welcomed) beat.addAllMessages(parts.mailOut().take(room));
    if (goodbye != null && !parts.tasks().hasNews() && !parts.mailOut().hasUnsent()) {
      goodbyeSentWith = sequence;
      beat.setGoodbye(goodbye);
      if (!beat.hasVitals()) parts.measure().apply(0).ifPresent(beat::setVitals);
    }
    unacked.sent(sequence, sentAt);
    channel.send(beat.build());
  }

  /** Half-closes, and does not wait for ever for the other half. */
  private void finish() {
    if (finished || over) return;
    finished = true;
    cancelTimers();
    leaveTimer =
        parts
            .clock()
            .after(
                FINISH_TIMEOUT_MS,
                () -> onEnd(StreamEnd.broken("the server did not end the stream")));
    channel.finish();
  }

  private void cancelTimers() {
    if (beatTimer != null) beatTimer.cancel();
    if (leaveTimer != null) leaveTimer.cancel();
  }

  /** When the server wants the next beat; a Welcome that leaves it out means a whole interval. */
  static long firstBeatInMs(Welcome welcome, long intervalMs) {
    if (!welcome.hasFirstBeatIn()) return intervalMs;
    return Math.min(intervalMs, Math.max(0, Durations.toMillis(welcome.getFirstBeatIn())));
  }
}
