package io.heartbeat.agent;

import io.heartbeat.v1.Directive;
import io.heartbeat.v1.Pause;
import io.heartbeat.v1.Reconnect;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Directives, from the wire's form to the program's. */
final class Directives {
  private Directives() {}

  /** Reads a directive; empty for a kind that this version does not know, which is ignored. */
  static Optional<AgentDirective> read(Directive sent, Policy before) {
    return Optional.ofNullable(
        switch (sent.getKindCase()) {
          case SET_POLICY -> new AgentDirective.SetPolicy(before.with(sent.getSetPolicy()));
          case PAUSE -> pause(sent.getPause());
          case RESUME -> new AgentDirective.Resume();
          case RECONNECT -> reconnect(sent.getReconnect());
          case CANCEL_TASK -> {
            var task = sent.getCancelTask();
            var epoch = task.hasEpoch() ? OptionalLong.of(task.getEpoch()) : OptionalLong.empty();
            yield new AgentDirective.CancelTask(task.getTaskId(), task.getReason(), epoch);
          }
          case SUPERSEDED -> {
            var by = sent.getSuperseded();
            yield new AgentDirective.Superseded(by.getEpoch(), by.getInstanceId());
          }
          case KIND_NOT_SET -> null;
        });
  }

  private static AgentDirective.Pause pause(Pause sent) {
    var until = sent.hasUntil() ? Durations.toInstant(sent.getUntil()) : null;
    return new AgentDirective.Pause(Optional.ofNullable(until), sent.getReason());
  }

  private static AgentDirective.Reconnect reconnect(Reconnect sent) {
    long withinMs = Math.max(0, Durations.toMillis(sent.getWithin()));
    return new AgentDirective.Reconnect(Duration.ofMillis(withinMs), sent.getReason());
  }
}
