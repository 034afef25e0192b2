/**
 * The embedded monitor: `import { HeartbeatMonitor } from "heartbeat"`. Loads nothing but itself; the
 * agent that speaks to a server is in `heartbeat/agent`.
 */

/** Time, for programs that bring their own. */
export type { Clock, Instant, Timer } from "./clock.ts";
/** The settings in force. */
export type { HeartbeatMonitorConfig } from "./embedded/config.ts";
/** The one monitor of a process. */
export {
  getHeartbeatMonitor,
  initHeartbeatMonitor,
  stopHeartbeatMonitor,
} from "./embedded/global.ts";
/** The monitor. */
export { HeartbeatMonitor } from "./embedded/monitor.ts";
/** What the handlers are told. */
export type {
  DownTimeout,
  HeartbeatTimeout,
  HeartbeatWarning,
  SuspectedWarning,
  TaskStaleWarning,
  TaskTimedOutTimeout,
} from "./embedded/notices.ts";
/** What the monitor and its registrations take. */
export type {
  HeartbeatMonitorOptions,
  RegistrationOptions,
  TimeoutHandler,
  WarningHandler,
} from "./embedded/options.ts";
/** What the monitor answers. */
export type { AgentStatus, InFlightAgent, MonitorStatus } from "./embedded/status.ts";
/** What the monitor throws; `code` and `refusal` say why. */
export { type ErrorCode, HeartbeatError, type Refusal } from "./errors.ts";
/** Where warnings go; a pino logger or `console` fits. */
export type { Log } from "./library/callbacks.ts";
