package io.heartbeat.agent;

import io.heartbeat.v1.Directive;
import io.heartbeat.v1.Goodbye;
import io.heartbeat.v1.Welcome;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * From one stream to the next, until the end: the agent's state, and all that changes it.
 * Everything happens on the agent's thread; other threads read what was last published.
 */
final class Lifecycle implements Session.Events {
  /**
   * What a lifecycle is made of.
   *
   * @param onEnded the agent has ended, for whatever reason
   */
  record Parts(
      AgentSettings settings,
      Clock clock,
      DoubleSupplier random,
      Session.Parts session,
      Courier callbacks,
      Log log,
      Runnable onEnded) {}

  private final Parts parts;
  private final Backoff backoff;
  private final Lease lease;

  private LinkState state = new LinkState.Idle();
  private Policy policy = Policy.ASSUMED;
  private long epoch = 0;

  /** Attempts since the stream was last up, without those that the server put off. */
  private int attempts = 0;

  private boolean wasLive = false;

  /** Told by a directive on the present stream; null when it was not. */
  private AgentEvent.SupersededBy supersededBy;

  private Standing.Ack lastAck;
  private volatile Standing standing = Standing.FIRST;

  Lifecycle(Parts parts) {
    this.parts = parts;
    backoff = new Backoff(parts.settings().backoff(), parts.random());
    lease = new Lease(parts.clock(), this::onLeaseLost);
  }

  /** What any thread may read. */
  Standing standing() {
    return standing;
  }

  /** Opens a stream: from idle, after a wait, or at once after one that the server asked back. */
  void connect() {
    long timeoutMs = parts.settings().connectTimeoutMs();
    attempts++;
    supersededBy = null;
    Session session = new Session(parts.session(), this);
    Clock.Timer timer =
        parts
            .clock()
            .after(
                timeoutMs, () -> onEnd(StreamEnd.broken("no Welcome within " + timeoutMs + " ms")));
    session.begin(epoch);
    setState(new LinkState.Connecting(session, timer));
  }

  /** Sends what there is to tell. */
  void flush() {
    if (state.session() != null) state.session().flush();
  }

  /** Sends an extra beat. */
  void beat() {
    if (state instanceof LinkState.Live live) live.session().beat();
  }

  /** Says Goodbye, if there is a stream to say it on, and ends. */
  void leave(String reason, boolean failed, long boundMs) {
    Session session = state.session();
    if (state.name() == AgentState.CLOSING) return;
    if (session == null) {
      end();
      return;
    }
    parts.session().tasks().close();
    parts.session().mailOut().close();
    lease.stop();
    setState(new LinkState.Closing(session, parts.clock().after(boundMs, this::end)));
    String words = Checks.cut(reason, Limits.SENTENCE_BYTES);
    session.sayGoodbye(Goodbye.newBuilder().setReason(words).setFailed(failed).build());
  }

  /** Ends without a word. Harmless when repeated. */
  void end() {
    if (state.name() == AgentState.ENDED) return;
    lease.stop();
    setState(new LinkState.Ended());
    parts.onEnded().run();
  }

  /**
   * The one place where the state changes. What the old state held and the new does not is let go.
   */
  private void setState(LinkState next) {
    LinkState from = state;
    if (!from.name().mayBecome(next.name())) {
      throw new IllegalStateException("no way from " + from.name() + " to " + next.name());
    }
    state = next;
    publish();
    if (from.timer() != null) from.timer().cancel();
    if (from.session() != null && from.session() != next.session()) from.session().abandon();
  }

  /** Lets other threads see what has changed. */
  private void publish() {
    standing =
        new Standing(state.name(), epoch, attempts, Optional.ofNullable(lastAck), lease.until());
  }

  @Override
  public void onAck(Session session, long sentAt) {
    if (session != state.session()) return;
    lastAck = new Standing.Ack(parts.clock().now(), parts.clock().wall());
    // Nothing is owed to anybody any more once the agent leaves.
    if (state.name() != AgentState.CLOSING) lease.renew(sentAt);
    publish();
  }

  @Override
  public void onWelcome(Session session, Welcome welcome) {
    if (!(state instanceof LinkState.Connecting) || session != state.session()) return;
    AgentEvent.Reconnected again =
        new AgentEvent.Reconnected(attempts, welcome.getResumed(), welcome.getEpoch());
    boolean first = !wasLive;
    epoch = welcome.getEpoch();
    attempts = 0;
    wasLive = true;
    adopt(policy.with(welcome.getPolicy()));
    setState(new LinkState.Live(session, parts.clock().now()));
    long intervalMs = policy.intervalMs();
    session.beatEvery(intervalMs, Session.firstBeatInMs(welcome, intervalMs));
    Listeners listeners = parts.settings().listeners();
    if (first) {
      var event = new AgentEvent.Welcomed(epoch, welcome.getResumed(), policy);
      tell("onWelcome", listeners.onWelcome(), event);
    } else {
      tell("onReconnect", listeners.onReconnect(), again);
    }
  }

  @Override
  public void onDirective(Session session, Directive sent) {
    if (!(state instanceof LinkState.Live) || session != state.session()) return;
    Directives.read(sent, policy)
        .ifPresent(
            directive -> {
              obey(session, directive);
              tell("onDirective", parts.settings().listeners().onDirective(), directive);
            });
  }

  private void obey(Session session, AgentDirective directive) {
    if (directive instanceof AgentDirective.SetPolicy change) {
      adopt(change.policy());
      session.changeInterval(policy.intervalMs());
    } else if (directive instanceof AgentDirective.Reconnect wish) {
      double withinMs = wish.within().toMillis();
      session.leaveIn((long) Math.floor(parts.random().getAsDouble() * withinMs));
    } else if (directive instanceof AgentDirective.CancelTask task) {
      parts.session().tasks().cancel(task.taskId(), task.epoch());
    } else if (directive instanceof AgentDirective.Superseded by) {
      supersededBy =
          new AgentEvent.SupersededBy(OptionalLong.of(by.epoch()), Optional.of(by.instanceId()));
    }
  }

  private void adopt(Policy policy) {
    this.policy = policy;
    lease.allow(policy.timeoutMs());
    publish();
  }

  /** The program is told. A stream that is open all the same is half-open, and is given up. */
  private void onLeaseLost(long silentMs) {
    var event = new AgentEvent.LeaseLost(Duration.ofMillis(silentMs), epoch);
    tell("onLeaseLost", parts.settings().listeners().onLeaseLost(), event);
    if (state instanceof LinkState.Live) {
      onEnd(StreamEnd.broken("no ack for " + silentMs + " ms"));
    }
  }

  @Override
  public void onEnd(Session session, StreamEnd end) {
    if (session == state.session()) onEnd(end);
  }

  /** The present stream, or the attempt at one, is over. */
  private void onEnd(StreamEnd end) {
    if (state instanceof LinkState.Closing) {
      end();
      return;
    }
    switch (Verdict.judge(end, supersededBy != null)) {
      case SUPERSEDED -> onSuperseded();
      case REFUSED -> onRefused(end);
      case DEFERRED -> onDeferred(end);
      case RECONNECT -> onLost(end);
    }
  }

  private void onSuperseded() {
    AgentEvent.SupersededBy by =
        supersededBy != null
            ? supersededBy
            : new AgentEvent.SupersededBy(OptionalLong.empty(), Optional.empty());
    end();
    parts.session().tasks().cancelAll();
    parts.log().warn("this agent has ended: another process took its name");
    tell("onSuperseded", parts.settings().listeners().onSuperseded(), by);
  }

  private void onRefused(StreamEnd end) {
    end();
    var event = new AgentEvent.Refused(end.status(), end.code(), end.message());
    parts.log().warn("this agent was refused and has ended (" + end + ")");
    tell("onError", parts.settings().listeners().onError(), event);
  }

  /** The server asks to come back later: no failure, and no reason to wait longer and longer. */
  private void onDeferred(StreamEnd end) {
    long waitMs = Pushback.waitMs(end.pushbackMs().orElseThrow(), parts.random());
    if (state instanceof LinkState.Connecting) attempts--;
    await(waitMs);
    parts.log().warn("the server asks to come back later (" + end + "); in " + waitMs + " ms");
  }

  private void onLost(StreamEnd end) {
    if (attempts >= parts.settings().maxReconnectAttempts()) {
      end();
      var event = new AgentEvent.GaveUp(attempts, end.toString());
      parts.log().warn("this agent has given up after " + attempts + " attempts (" + end + ")");
      tell("onGaveUp", parts.settings().listeners().onGaveUp(), event);
      return;
    }
    long waitMs = waitMs();
    if (waitMs == 0) connect();
    else await(waitMs);
    parts.log().warn("the stream is lost (" + end + "); next attempt in " + waitMs + " ms");
  }

  private void await(long waitMs) {
    setState(new LinkState.Waiting(parts.clock().after(waitMs, this::connect)));
  }

  /**
   * Until the next attempt. A stream that the server asked back ends at an instant already drawn.
   */
  private long waitMs() {
    if (!(state instanceof LinkState.Live live)) return backoff.afterLoss(0);
    long now = parts.clock().now();
    Long leaveAt = live.session().leaveAt();
    if (leaveAt == null) return backoff.afterLoss(now - live.since());
    return Math.max(leaveAt - now, backoff.afterRequest(now - live.since()));
  }

  private <T> void tell(String what, Consumer<T> listener, T event) {
    parts.callbacks().send(what, () -> listener.accept(event));
  }
}
