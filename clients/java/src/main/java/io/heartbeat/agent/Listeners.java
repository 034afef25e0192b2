package io.heartbeat.agent;

import java.util.function.Consumer;

/** What the program wants to hear of; each does nothing where it does not. */
record Listeners(
    Consumer<AgentEvent.Welcomed> onWelcome,
    Consumer<AgentEvent.Reconnected> onReconnect,
    Consumer<AgentEvent.LeaseLost> onLeaseLost,
    Consumer<AgentEvent.SupersededBy> onSuperseded,
    Consumer<AgentDirective> onDirective,
    Consumer<AgentEvent.Refused> onError,
    Consumer<AgentEvent.GaveUp> onGaveUp) {}
