package io.heartbeat.agent;

import io.heartbeat.v1.LivenessPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The options, checked and filled in.
 *
 * @param token asked before each stream
 * @param organizationId empty for the server's default
 * @param policy empty when nothing is declared
 * @param onRetry empty when no lost task is taken up
 */
record AgentSettings(
    String agentId,
    Target target,
    Optional<Supplier<String>> token,
    String organizationId,
    String agentType,
    Map<String, String> labels,
    String instanceId,
    Optional<LivenessPolicy> policy,
    int maxReconnectAttempts,
    Backoff.Bounds backoff,
    long connectTimeoutMs,
    boolean vitals,
    boolean handleSignals,
    List<MailIn.Subscription> subscriptions,
    Optional<RetryHandler> onRetry,
    Listeners listeners) {}
