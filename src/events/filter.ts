import {
  type EventType,
  isOfAgent,
  organizationOf,
  type RecordedEvent,
  type Severity,
  severityOf,
} from "./event.ts";

/** Which events a reader wants. What is undefined does not narrow. */
export interface EventFilter {
  /** The monitor's own events belong to every organization. */
  readonly organizationId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly types?: ReadonlySet<EventType> | undefined;
  readonly minSeverity?: Severity | undefined;
  /** Wall time: not before, and before. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

const rank: Record<Severity, number> = { info: 0, warning: 1, error: 2 };

export function matches(filter: EventFilter, { event }: RecordedEvent): boolean {
  if (filter.types && !filter.types.has(event.type)) return false;
  if (filter.minSeverity && rank[severityOf(event)] < rank[filter.minSeverity]) return false;
  if (filter.since !== undefined && event.at.wall < filter.since) return false;
  if (filter.until !== undefined && event.at.wall >= filter.until) return false;
  if (filter.agentId !== undefined && (!isOfAgent(event) || event.agentId !== filter.agentId)) {
    return false;
  }
  const organizationId = organizationOf(event) ?? filter.organizationId;
  return filter.organizationId === undefined || organizationId === filter.organizationId;
}
