import type { Logger } from "pino";
import { type EventType, isOfAgent, type RecordedEvent, severityOf } from "./event.ts";

/** Events that are many and say little to who reads a log: written at debug. */
const quiet = new Set<EventType>(["missed", "task_started", "task_finished"]);

/** One line a transition; none a beat. */
export function logTransition(log: Logger, { sequence, event }: RecordedEvent): void {
  const severity = severityOf(event);
  const level = severity === "info" && quiet.has(event.type) ? "debug" : levels[severity];
  const agent = isOfAgent(event) && {
    organization: event.organizationId,
    agent: event.agentId,
    epoch: event.epoch,
    ...("task" in event && { task: event.task.taskId }),
  };
  log[level]({ event: event.type, sequence, ...agent, reason: event.reason }, event.type);
}

const levels = { info: "info", warning: "warn", error: "error" } as const;
