import { HeartbeatMonitor } from "./monitor.ts";
import type { HeartbeatMonitorOptions } from "./options.ts";

/** The one monitor of a process, for programs that do not want to hand it around. */

let present: HeartbeatMonitor | undefined;

/**
 * Makes the process's monitor and starts it. The first call decides: until {@link stopHeartbeatMonitor},
 * later ones return the same monitor, started, and leave its settings and handlers as they are.
 *
 * @throws HeartbeatError `field_invalid` that names the option, its value and its limit.
 */
export function initHeartbeatMonitor(options: HeartbeatMonitorOptions = {}): HeartbeatMonitor {
  present ??= new HeartbeatMonitor(options);
  present.start();
  return present;
}

/** The process's monitor; undefined before {@link initHeartbeatMonitor}. */
export function getHeartbeatMonitor(): HeartbeatMonitor | undefined {
  return present;
}

/** Stops the process's monitor and lets go of it. Harmless when there is none. */
export function stopHeartbeatMonitor(): void {
  present?.stop();
  present = undefined;
}
