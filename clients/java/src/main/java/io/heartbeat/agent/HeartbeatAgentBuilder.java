package io.heartbeat.agent;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.heartbeat.v1.LivenessPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The options of an agent; only its id is required. A method refuses a value outside its limits
 * with an {@link InvalidOptionException} that names the option, its value and its limit.
 *
 * <p>The {@code on…} methods take what is to be called. Callbacks run one after the other on a
 * daemon thread of the agent, handlers of messages on another one, so a slow one holds up no beat.
 * Whatever one throws is logged, and the agent and the program go on.
 */
public final class HeartbeatAgentBuilder {
  /** What may stand in a header. */
  private static final Pattern TOKEN = Pattern.compile("[!-~]+");

  private static final int TOKEN_BYTES = 16 * 1024;

  private final String agentId;
  private final LivenessPolicy.Builder policy = LivenessPolicy.newBuilder();
  private final Map<String, String> labels = new LinkedHashMap<>();
  private final List<MailIn.Subscription> subscriptions = new ArrayList<>();
  private String server = "127.0.0.1:50051";
  private Supplier<SslContext> tls;
  private Supplier<String> token;
  private Supplier<String> instanceId = () -> UUID.randomUUID().toString();
  private String organizationId = "";
  private String agentType = "";
  private int maxReconnectAttempts = Integer.MAX_VALUE;
  private Backoff.Bounds backoff = new Backoff.Bounds(250, 30_000);
  private long connectTimeoutMs = 10_000;
  private boolean vitals = true;
  private boolean handleSignals = true;
  private RetryHandler onRetry;
  private Consumer<AgentEvent.Welcomed> onWelcome = event -> {};
  private Consumer<AgentEvent.Reconnected> onReconnect = event -> {};
  private Consumer<AgentEvent.LeaseLost> onLeaseLost = event -> {};
  private Consumer<AgentEvent.SupersededBy> onSuperseded = event -> {};
  private Consumer<AgentDirective> onDirective = event -> {};
  private Consumer<AgentEvent.Refused> onError = event -> {};
  private Consumer<AgentEvent.GaveUp> onGaveUp = event -> {};

  HeartbeatAgentBuilder(String agentId) {
    this.agentId = Checks.name("agentId", agentId, Checks.ID, Limits.ID_BYTES);
  }

  /**
   * Makes the agent. It does nothing until {@link HeartbeatAgent#start()}.
   *
   * @return the agent
   * @throws InvalidOptionException when the TLS authorities cannot be read
   */
  public HeartbeatAgent build() {
    Optional<SslContext> trust = Optional.ofNullable(tls).map(Supplier::get);
    Optional<LivenessPolicy> declared =
        policy.equals(LivenessPolicy.getDefaultInstance())
            ? Optional.empty()
            : Optional.of(policy.build());
    return new HeartbeatAgent(
        new AgentSettings(
            agentId,
            Target.parse(server, trust),
            Optional.ofNullable(token),
            organizationId,
            agentType,
            Map.copyOf(labels),
            instanceId.get(),
            declared,
            maxReconnectAttempts,
            backoff,
            connectTimeoutMs,
            vitals,
            handleSignals,
            List.copyOf(subscriptions),
            Optional.ofNullable(onRetry),
            new Listeners(
                onWelcome,
                onReconnect,
                onLeaseLost,
                onSuperseded,
                onDirective,
                onError,
                onGaveUp)));
  }

  /**
   * The monitor. Default: {@code 127.0.0.1:50051}.
   *
   * @param address {@code HOST:PORT} or {@code [IPV6]:PORT}
   * @return this builder
   */
  public HeartbeatAgentBuilder server(String address) {
    Target.parse(address, Optional.empty());
    server = address;
    return this;
  }

  /**
   * Encrypts the connection, and trusts the authorities that the JVM trusts. Default: plaintext.
   *
   * @return this builder
   */
  public HeartbeatAgentBuilder tls() {
    tls = () -> Target.trust(Optional.empty());
    return this;
  }

  /**
   * Encrypts the connection, and trusts the authorities of a file. Default: plaintext.
   *
   * @param authorities their certificates, PEM; read by {@link #build()}
   * @return this builder
   */
  public HeartbeatAgentBuilder tls(Path authorities) {
    Checks.required("tls", authorities);
    tls = () -> Target.trust(Optional.of(authorities));
    return this;
  }

  /**
   * Proves who the agent is, where the server asks for it. Default: none is sent.
   *
   * @param token sent as {@code authorization: Bearer …} with each stream
   * @return this builder
   */
  public HeartbeatAgentBuilder token(String token) {
    Checks.name("token", token, TOKEN, TOKEN_BYTES);
    return token(() -> token);
  }

  /**
   * Proves who the agent is, with a fresh token for each stream. Default: none is sent.
   *
   * @param source asked before each stream, on a thread that may wait; when it throws, the attempt
   *     has failed
   * @return this builder
   */
  public HeartbeatAgentBuilder token(Supplier<String> source) {
    token = Checks.required("token", source);
    return this;
  }

  /**
   * The tenant. Default: the server's, {@code default}.
   *
   * @param id 1 to 128 bytes of {@code [A-Za-z0-9._:@-]}
   * @return this builder
   */
  public HeartbeatAgentBuilder organizationId(String id) {
    organizationId = Checks.name("organizationId", id, Checks.ORGANIZATION, Limits.ID_BYTES);
    return this;
  }

  /**
   * What kind of agent this is, for filters. Default: empty.
   *
   * @param type at most 128 bytes
   * @return this builder
   */
  public HeartbeatAgentBuilder agentType(String type) {
    agentType = Checks.text("agentType", type, Limits.AGENT_TYPE_BYTES);
    return this;
  }

  /**
   * A free name and value, for filters; at most 32. Default: none.
   *
   * @param name 1 to 63 bytes of {@code [A-Za-z0-9._/-]}
   * @param value at most 256 bytes
   * @return this builder
   */
  public HeartbeatAgentBuilder label(String name, String value) {
    Checks.name("label", name, Checks.LABEL_NAME, Limits.LABEL_NAME_BYTES);
    labels.put(name, Checks.text("label " + name, value, Limits.LABEL_VALUE_BYTES));
    Checks.number("label (their number)", labels.size(), new Range(0, Limits.LABELS));
    return this;
  }

  /**
   * Names this life of this process. Two lives with one agent id supersede one another, so set it
   * only when you keep it yourself. Default: a random UUID for each agent.
   *
   * @param id 1 to 128 bytes
   * @return this builder
   */
  public HeartbeatAgentBuilder instanceId(String id) {
    Checks.notEmpty("instanceId", Checks.text("instanceId", id, Limits.ID_BYTES));
    instanceId = () -> id;
    return this;
  }

  /**
   * How often to beat. Default: the server's, 30 s unless it is set there.
   *
   * @param span 100 ms to 24 h
   * @return this builder
   */
  public HeartbeatAgentBuilder interval(Duration span) {
    policy.setInterval(policySpan("interval", span, Limits.INTERVAL_MS));
    return this;
  }

  /**
   * DOWN after interval x this of silence. Default: the server's, 3.
   *
   * @param multiplier 1.1 to 1000
   * @return this builder
   */
  public HeartbeatAgentBuilder timeoutMultiplier(double multiplier) {
    policy.setTimeoutMultiplier(
        Checks.number("timeoutMultiplier", multiplier, Limits.TIMEOUT_MULTIPLIER));
    return this;
  }

  /**
   * DOWN after this many missed beats; 1 makes a lost connection DOWN at once. Default: the
   * server's, 3.
   *
   * @param count 1 to 1000
   * @return this builder
   */
  public HeartbeatAgentBuilder maxMissedBeats(int count) {
    policy.setMaxMissedBeats((int) Checks.number("maxMissedBeats", count, Limits.MAX_MISSED_BEATS));
    return this;
  }

  /**
   * Slack before a beat counts as missed. Default: the server's, the larger of 250 ms and a tenth
   * of the interval.
   *
   * @param span 0 to 1 h
   * @return this builder
   */
  public HeartbeatAgentBuilder grace(Duration span) {
    policy.setGrace(policySpan("grace", span, Limits.GRACE_MS));
    return this;
  }

  /**
   * DOWN this long after a lost connection. Default: no such rule.
   *
   * @param span 0 to 24 h
   * @return this builder
   */
  public HeartbeatAgentBuilder dropGrace(Duration span) {
    policy.setDropGrace(policySpan("dropGrace", span, Limits.DROP_GRACE_MS));
    return this;
  }

  /**
   * A task is STALE after this long without activity. Default: the server's, 5 min.
   *
   * @param span 100 ms to 30 days
   * @return this builder
   */
  public HeartbeatAgentBuilder taskStaleAfter(Duration span) {
    policy.setTaskStaleAfter(policySpan("taskStaleAfter", span, Limits.TASK_THRESHOLD_MS));
    return this;
  }

  /**
   * A task is TIMED_OUT after this long of running. Default: the server's, 30 min.
   *
   * @param span 100 ms to 30 days
   * @return this builder
   */
  public HeartbeatAgentBuilder taskTimeoutAfter(Duration span) {
    policy.setTaskTimeoutAfter(policySpan("taskTimeoutAfter", span, Limits.TASK_THRESHOLD_MS));
    return this;
  }

  /**
   * Whether a stale task is told once per episode, or again and again. Default: the server's, true.
   *
   * @param once true for once
   * @return this builder
   */
  public HeartbeatAgentBuilder staleWarningOnlyOnce(boolean once) {
    policy.setStaleWarningOnlyOnce(once);
    return this;
  }

  /**
   * What becomes of a task that timed out or lost its agent, unless the task says otherwise.
   * Default: the server's, none: nobody is asked to do it again.
   *
   * @param retry how often, when and to whom it is handed on
   * @return this builder
   */
  public HeartbeatAgentBuilder taskRetry(Retry retry) {
    policy.setTaskRetry(Checks.required("taskRetry", retry).policy());
    return this;
  }

  /**
   * After this many failed attempts in a row (the first connect counts) the agent gives up. An
   * attempt that the server puts off, because too many come at once, is not a failed one. Default:
   * never.
   *
   * @param count 0 gives up at the first loss
   * @return this builder
   */
  public HeartbeatAgentBuilder maxReconnectAttempts(int count) {
    maxReconnectAttempts = (int) Checks.number("maxReconnectAttempts", count, Limits.ATTEMPTS);
    return this;
  }

  /**
   * The wait before attempt n is random between 0 and the lesser of {@code max} and first x 2^n. A
   * server that says when to come back is obeyed instead. Default: 250 ms and 30 s.
   *
   * @param first the bound of the first wait, 1 ms to 1 h
   * @param max the bound of every wait, {@code first} to 1 h
   * @return this builder
   */
  public HeartbeatAgentBuilder backoff(Duration first, Duration max) {
    long firstMs = Checks.span("backoff (first)", first, Limits.BACKOFF_MS);
    Range range = new Range(firstMs, Limits.BACKOFF_MS.max());
    backoff = new Backoff.Bounds(firstMs, Checks.span("backoff (max)", max, range));
    return this;
  }

  /**
   * An attempt that has brought no Welcome after this has failed. Default: 10 s.
   *
   * @param span 10 ms to 10 min
   * @return this builder
   */
  public HeartbeatAgentBuilder connectTimeout(Duration span) {
    connectTimeoutMs = Checks.span("connectTimeout", span, Limits.CONNECT_TIMEOUT_MS);
    return this;
  }

  /**
   * Whether beats carry processor use, resident memory and timer lag. Default: true.
   *
   * @param told false for beats without
   * @return this builder
   */
  public HeartbeatAgentBuilder vitals(boolean told) {
    vitals = told;
    return this;
  }

  /**
   * Whether the agent says Goodbye, 2 s at most, when the JVM shuts down: on SIGTERM and SIGINT,
   * after {@code System.exit}, and when the last thread of the program has ended. Default: true.
   *
   * @param handled false when the program closes the agent itself
   * @return this builder
   */
  public HeartbeatAgentBuilder handleSignals(boolean handled) {
    handleSignals = handled;
    return this;
  }

  /**
   * Calls a handler with every message on a subject, while connected. Handlers are called one after
   * the other, in the order of the messages. While 256 messages wait for them, what comes is left
   * out, with a warning.
   *
   * @param subject tokens parted by "."; {@code *} stands for one token, {@code >} for one or more
   *     at the end. At most 64 subjects of at most 256 bytes
   * @param handler what is done
   * @return this builder
   */
  public HeartbeatAgentBuilder onMessage(String subject, MessageHandler handler) {
    Subjects.checkSubscription("onMessage", subject);
    Checks.required("onMessage", handler);
    subscriptions.add(new MailIn.Subscription(subject, handler));
    countSubjects("onMessage");
    return this;
  }

  /**
   * Takes up tasks that agents of this type lost, and calls a handler with each. It works on the
   * task from where it was and ends it; one that throws, or returns without an end, has FAILED, or
   * is CANCELED if it was to stop. Several may be at work at once, each on a daemon thread of its
   * own; all are to stop when the agent ends. Counts as a subject of {@link #onMessage onMessage}.
   * Default: none is taken up.
   *
   * @param handler what is done
   * @return this builder
   */
  public HeartbeatAgentBuilder onRetry(RetryHandler handler) {
    onRetry = Checks.required("onRetry", handler);
    countSubjects("onRetry");
    return this;
  }

  /**
   * Hears that the first stream is up.
   *
   * @param callback called once
   * @return this builder
   */
  public HeartbeatAgentBuilder onWelcome(Consumer<AgentEvent.Welcomed> callback) {
    onWelcome = Checks.required("onWelcome", callback);
    return this;
  }

  /**
   * Hears that the stream is up again.
   *
   * @param callback called each time
   * @return this builder
   */
  public HeartbeatAgentBuilder onReconnect(Consumer<AgentEvent.Reconnected> callback) {
    onReconnect = Checks.required("onReconnect", callback);
    return this;
  }

  /**
   * Hears that the lease is lost: the monitor may call this agent DOWN, and another process may do
   * its work.
   *
   * @param callback called once per episode, which ends with the next ack
   * @return this builder
   */
  public HeartbeatAgentBuilder onLeaseLost(Consumer<AgentEvent.LeaseLost> callback) {
    onLeaseLost = Checks.required("onLeaseLost", callback);
    return this;
  }

  /**
   * Hears that another process holds the name: stop working. All tasks are canceled as well, and
   * the agent has ended.
   *
   * @param callback called once
   * @return this builder
   */
  public HeartbeatAgentBuilder onSuperseded(Consumer<AgentEvent.SupersededBy> callback) {
    onSuperseded = Checks.required("onSuperseded", callback);
    return this;
  }

  /**
   * Hears what the server asks for. The agent itself has acted on it already.
   *
   * @param callback called each time
   * @return this builder
   */
  public HeartbeatAgentBuilder onDirective(Consumer<AgentDirective> callback) {
    onDirective = Checks.required("onDirective", callback);
    return this;
  }

  /**
   * Hears that the server refused this agent for good: a bad field, no permission, unregistered. It
   * has ended.
   *
   * @param callback called once
   * @return this builder
   */
  public HeartbeatAgentBuilder onError(Consumer<AgentEvent.Refused> callback) {
    onError = Checks.required("onError", callback);
    return this;
  }

  /**
   * Hears that {@link #maxReconnectAttempts} is reached. The agent has ended.
   *
   * @param callback called once
   * @return this builder
   */
  public HeartbeatAgentBuilder onGaveUp(Consumer<AgentEvent.GaveUp> callback) {
    onGaveUp = Checks.required("onGaveUp", callback);
    return this;
  }

  private void countSubjects(String option) {
    long subjects = subscriptions.stream().map(MailIn.Subscription::subject).distinct().count();
    if (onRetry != null) subjects++;
    Checks.number(option + " (their number)", subjects, new Range(0, Limits.SUBSCRIPTIONS));
  }

  private static com.google.protobuf.Duration policySpan(
      String option, Duration span, Range range) {
    return Durations.toProto(Checks.span(option, span, range));
  }
}
