import type { Clock } from "../clock.ts";
import type { Log, MaybeAsync } from "../library/callbacks.ts";
import type { HeartbeatTimeout, HeartbeatWarning } from "./notices.ts";

/** Called with each warning. May be async; what it throws or rejects with goes to `log`. */
export type WarningHandler = (warning: HeartbeatWarning) => MaybeAsync;
/** Called with each timeout. May be async; what it throws or rejects with goes to `log`. */
export type TimeoutHandler = (timeout: HeartbeatTimeout) => MaybeAsync;

/** What an embedded monitor is told at construction. Everything has a default. */
export interface HeartbeatMonitorOptions {
  /**
   * How often an agent beats, in milliseconds: 100 to 86,400,000. Default: 30,000. Lower finds a hung
   * agent sooner, and asks agents to beat more often. Without effect on agents registered for a task.
   */
  readonly intervalMs?: number;
  /** An agent is down after this many missed beats: 1 to 1000. Default: 3. */
  readonly maxMissedBeats?: number;
  /**
   * An agent is also down after `intervalMs` times this of silence, however few beats that amounts to:
   * 1.1 to 1000. Default: none, so that `maxMissedBeats` alone decides.
   */
  readonly timeoutMultiplier?: number;
  /**
   * Slack before a beat counts as missed, in milliseconds: 0 to 3,600,000. The first beat is missed
   * after `intervalMs + graceMs` of silence. Default: a tenth of the interval, at least 250.
   */
  readonly graceMs?: number;
  /**
   * A task is stale after this long without activity, in milliseconds: 100 to 2,592,000,000. Not
   * before `timeoutAfterMs`, it never is. Default: 300,000 (5 min).
   */
  readonly staleAfterMs?: number;
  /**
   * A task is timed out after this long of running, in milliseconds, and its agent is removed from
   * tracking: 100 to 2,592,000,000. Default: 1,800,000 (30 min).
   */
  readonly timeoutAfterMs?: number;
  /**
   * Whether a task that stands still is told once, until it shows activity or is registered again, or
   * after every further `staleAfterMs`. Default: true.
   */
  readonly staleWarningOnlyOnce?: boolean;
  /**
   * How often deadlines are looked at, in milliseconds: 10 to 3,600,000. Whatever is told is told at
   * most this late. Default: 1,000. A look costs what has come due, so raising it saves little.
   */
  readonly checkIntervalMs?: number;
  /** Default: none. Can be assigned later, too. */
  readonly onWarning?: WarningHandler | undefined;
  /** Default: none. Can be assigned later, too. */
  readonly onTimeout?: TimeoutHandler | undefined;
  /** Where time comes from. Default: the system's clock, whose timers keep no process alive. */
  readonly clock?: Clock;
  /** Hears what handlers throw and reject with; a pino logger or `console` fits. Default: nobody. */
  readonly log?: Log;
}

/** What an agent is registered with. */
export interface RegistrationOptions {
  /** What kind of agent it is, for display; at most 128 bytes. Default: empty. */
  readonly agentType?: string;
  /**
   * The task that it works on: 1 to 128 bytes of `[A-Za-z0-9._:/@-]`. Default: none, so that the agent
   * is watched for its beats instead.
   */
  readonly taskId?: string;
  /** Whether beats are expected of it. Default: true without a task, false with one. */
  readonly beats?: boolean;
}
