/**
 * Tells a Heartbeat monitor that this process lives.
 *
 * <p>Begin with {@link io.heartbeat.agent.HeartbeatAgent#builder}.
 */
package io.heartbeat.agent;
