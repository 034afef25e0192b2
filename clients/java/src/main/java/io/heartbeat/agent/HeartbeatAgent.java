package io.heartbeat.agent;

import com.google.protobuf.ByteString;
import io.heartbeat.v1.Activity;
import io.heartbeat.v1.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells a Heartbeat monitor that this process lives.
 *
 * <pre>{@code
 * try (HeartbeatAgent agent = HeartbeatAgent.builder("billing-7").build().start()) {
 *   // work
 * }
 * }</pre>
 *
 * <p>It holds a stream open, beats on it, and opens it again when it breaks. Every method may be
 * called on any thread. Nothing that happens on the network throws into the program, and the
 * agent's threads are daemons: it keeps no JVM alive. When the JVM shuts down in an orderly way it
 * says Goodbye, 2 s at most.
 */
public final class HeartbeatAgent implements AutoCloseable {
  /** How long a Goodbye may take. */
  private static final long CLOSE_BOUND_MS = 2_000;

  /** How long what is left of threads may take to end. */
  private static final long RELEASE_BOUND_MS = 1_000;

  private final AgentSettings settings;
  private final Loop loop;
  private final ThreadCourier callbacks;
  private final ThreadCourier handlers;
  private final TaskBook tasks;
  private final MailOut mailOut;
  private final Lifecycle lifecycle;
  private final ShutdownHook shutdownHook;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean flushQueued = new AtomicBoolean();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile Activity activity = Activity.ACTIVITY_UNSPECIFIED;

  /** The youngest channel; null before the first. The agent's thread only, until the end. */
  private GrpcChannel channel;

  HeartbeatAgent(AgentSettings settings) {
    this.settings = settings;
    String name = "heartbeat-" + settings.agentId();
    Log log = new SystemLog(settings.agentId());
    loop = new Loop(name, log);
    // What waits here is bounded by what makes it: a few events a stream, and the program's own
    // calls.
    callbacks = new ThreadCourier(name + "-callbacks", Integer.MAX_VALUE, log);
    // A thread apart, so that word of a lost lease does not wait for a handler that works.
    handlers = new ThreadCourier(name + "-messages", MailIn.WAITING, log);
    tasks = new TaskBook(this::flushSoon, callbacks, log);
    mailOut = new MailOut(this::flushSoon, callbacks, log);
    shutdownHook = new ShutdownHook(name + "-shutdown", () -> leave("the JVM shuts down", false));
    Optional<VitalsMeter> meter =
        settings.vitals() ? Optional.of(new VitalsMeter(loop)) : Optional.empty();
    List<MailIn.Subscription> subscriptions = new ArrayList<>(settings.subscriptions());
    settings
        .onRetry()
        .map(handler -> new Retries(handler, tasks, work -> workOn(name + "-task", work)))
        .ifPresent(retries -> subscriptions.add(retries.subscription()));
    Session.Parts session =
        new Session.Parts(
            loop,
            this::open,
            settings.agentId(),
            Registrations.of(settings, subscriptions),
            tasks,
            new MailIn(subscriptions, handlers, log),
            mailOut,
            () -> activity,
            lagMs -> meter.map(present -> present.measure(lagMs)));
    lifecycle =
        new Lifecycle(
            new Lifecycle.Parts(
                settings,
                loop,
                () -> ThreadLocalRandom.current().nextDouble(),
                session,
                callbacks,
                log,
                this::onEnded));
  }

  /**
   * Begins an agent.
   *
   * @param agentId its name: 1 to 128 bytes of {@code [A-Za-z0-9._:/@-]}. One process at a time may
   *     hold it
   * @return its options
   * @throws InvalidOptionException when the name is none
   */
  public static HeartbeatAgentBuilder builder(String agentId) {
    return new HeartbeatAgentBuilder(agentId);
  }

  /**
   * Begins to connect, and returns at once. Harmless when repeated.
   *
   * @return this agent
   * @throws IllegalStateException when it has ended: an ended agent does not start again
   */
  public HeartbeatAgent start() {
    if (state() == AgentState.ENDED) {
      throw new IllegalStateException(
          "This agent has ended and does not start again; build a new one.");
    }
    if (!started.compareAndSet(false, true)) return this;
    if (settings.handleSignals()) shutdownHook.add();
    loop.execute(this::connect);
    return this;
  }

  /**
   * Where it stands.
   *
   * @return the state at this instant
   */
  public AgentState state() {
    AgentState state = lifecycle.standing().state();
    return state == AgentState.IDLE && started.get() ? AgentState.CONNECTING : state;
  }

  /**
   * The fencing token. Send it along with what you write elsewhere, and let the other side refuse
   * an older one.
   *
   * @return from the last Welcome; 0 before the first
   */
  public long epoch() {
    return lifecycle.standing().epoch();
  }

  /**
   * How the link to the monitor is.
   *
   * @return the health at this instant
   */
  public ConnectionHealth connectionHealth() {
    return lifecycle.standing().health(loop.now());
  }

  /**
   * Starts a task, or hands out the one of this name that is in flight.
   *
   * @param id 1 to 128 bytes of {@code [A-Za-z0-9._:/@-]}
   * @return the task; the 257th in flight works as usual and is not reported
   * @throws InvalidOptionException when the id is none
   */
  public AgentTask task(String id) {
    return task(id, TaskOptions.defaults());
  }

  /**
   * Starts a task, or hands out the one of this name that is in flight.
   *
   * @param id 1 to 128 bytes of {@code [A-Za-z0-9._:/@-]}
   * @param options thresholds of its own, and what the next attempt would need
   * @return the task; the 257th in flight works as usual and is not reported
   * @throws InvalidOptionException when the id is none
   */
  public AgentTask task(String id, TaskOptions options) {
    return tasks.start(Checks.name("task id", id, Checks.ID, Limits.ID_BYTES), options);
  }

  /** Tells that the agent waits for work: the thresholds of its tasks rest. Sent at once. */
  public void idle() {
    activity = Activity.ACTIVITY_IDLE;
    flushSoon();
  }

  /** Tells that the agent is at work. Sent at once. */
  public void running() {
    activity = Activity.ACTIVITY_RUNNING;
    flushSoon();
  }

  /** Sends an extra beat now. Does nothing while there is no stream. */
  public void beat() {
    if (started.get()) loop.execute(lifecycle::beat);
  }

  /**
   * Publishes a text, as {@code text/plain; charset=utf-8}; see {@link #publish(String, byte[],
   * String, String)}.
   *
   * @param subject to whom: tokens parted by "."
   * @param text at most 32 KiB
   * @return to how many it was handed, or empty
   * @throws InvalidOptionException when an argument is outside its limit
   */
  public CompletionStage<OptionalLong> publish(String subject, String text) {
    return publish(subject, text.getBytes(StandardCharsets.UTF_8), "text/plain; charset=utf-8", "");
  }

  /**
   * Publishes bytes, without a type; see {@link #publish(String, byte[], String, String)}.
   *
   * @param subject to whom: tokens parted by "."
   * @param data at most 32 KiB
   * @return to how many it was handed, or empty
   * @throws InvalidOptionException when an argument is outside its limit
   */
  public CompletionStage<OptionalLong> publish(String subject, byte[] data) {
    return publish(subject, data, "", "");
  }

  /**
   * Publishes a message, at most once, to whoever subscribes to its subject in this organization.
   * What cannot be sent yet waits: at most 256 messages and 1 MiB.
   *
   * @param subject to whom: tokens parted by "."
   * @param data at most 32 KiB
   * @param contentType its media type, at most 128 bytes; empty for none
   * @param replyTo the subject on which an answer is wanted; empty when none is
   * @return to how many it was handed; empty when nobody knows, because the stream broke before
   *     that was told, too much waits, or the agent has ended. Completed on the thread of the
   *     callbacks, and never exceptionally
   * @throws InvalidOptionException when an argument is outside its limit
   */
  public CompletionStage<OptionalLong> publish(
      String subject, byte[] data, String contentType, String replyTo) {
    Checks.number("data (its bytes)", data.length, new Range(0, Limits.MESSAGE_BYTES));
    if (!replyTo.isEmpty()) Subjects.checkSubject("replyTo", replyTo);
    return mailOut.put(
        Message.newBuilder()
            .setSubject(Subjects.checkSubject("subject", subject))
            .setData(ByteString.copyFrom(data))
            .setContentType(Checks.text("contentType", contentType, Limits.CONTENT_TYPE_BYTES))
            .setReplyTo(replyTo)
            .build());
  }

  /** Says Goodbye with the reason {@code closed}; see {@link #close(String)}. */
  @Override
  public void close() {
    close("closed");
  }

  /**
   * Says Goodbye after all news of tasks and all messages, waits for its ack, 2 s at most, and lets
   * everything go: no thread and no socket is left. Harmless when repeated. An interrupt ends the
   * wait, not the Goodbye.
   *
   * @param reason why, for people; cut after 1 KiB
   */
  public void close(String reason) {
    leave(reason, false);
  }

  /**
   * As {@link #close(String)}, but tells the agent's own death: the monitor calls it DOWN at once.
   *
   * @param reason why, for people; cut after 1 KiB
   */
  public void fail(String reason) {
    leave(reason, true);
  }

  private void leave(String reason, boolean failed) {
    loop.execute(() -> lifecycle.leave(reason, failed, CLOSE_BOUND_MS));
    try {
      ended.get(CLOSE_BOUND_MS + RELEASE_BOUND_MS, TimeUnit.MILLISECONDS);
      if (channel != null) channel.awaitEnd(RELEASE_BOUND_MS);
      loop.awaitEnd(RELEASE_BOUND_MS);
      callbacks.awaitEnd(RELEASE_BOUND_MS);
      handlers.awaitEnd(RELEASE_BOUND_MS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException late) {
      // Whatever holds it up (a name server, a token's source) is on a daemon thread.
    }
  }

  /** A close may have come first. */
  private void connect() {
    if (lifecycle.standing().state() == AgentState.IDLE) lifecycle.connect();
  }

  private BeatChannel open(BeatChannel.Listener listener) {
    channel = new GrpcChannel(settings, loop, listener);
    return channel;
  }

  private static void workOn(String threadName, Runnable work) {
    new DaemonThread(threadName).newThread(work).start();
  }

  private void onEnded() {
    shutdownHook.remove();
    handlers.drop();
    tasks.letGo();
    // In another turn: what is still to be told of the end goes to the callbacks first.
    loop.execute(this::release);
  }

  /** Lets the threads go, the network's first: its last words are for the agent's thread. */
  private void release() {
    mailOut.stop();
    callbacks.finish();
    if (channel == null) {
      onReleased();
      return;
    }
    channel.released().thenRun(() -> loop.execute(this::onReleased));
    loop.after(RELEASE_BOUND_MS, this::onReleased);
  }

  private void onReleased() {
    loop.stop();
    ended.complete(null);
  }

  /** All that is told before the agent's thread comes to it goes out in one beat. */
  private void flushSoon() {
    if (!started.get() || !flushQueued.compareAndSet(false, true)) return;
    loop.execute(
        () -> {
          flushQueued.set(false);
          lifecycle.flush();
        });
  }
}
