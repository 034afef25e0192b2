import { AgentState } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type {
  GetStatusResponse,
  ListAgentsResponse,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { House } from "./house.ts";
import type { RecordRules } from "./record-rules.ts";
import type { Verdicts } from "./verdicts.ts";

/** What an operator was answered is kept, and true after any end of the server. */
export class OperatorRules {
  readonly #verdicts: Verdicts;
  readonly #record: RecordRules;
  /** Intervals that were set and answered; undefined while an answer is out. */
  readonly #intervals = new Map<string, number | undefined>();

  constructor(verdicts: Verdicts, record: RecordRules) {
    this.#verdicts = verdicts;
    this.#record = record;
  }

  get decidedLast(): number {
    return this.#record.decidedLast;
  }

  /** A policy is asked for: until it is answered nobody knows which one holds. */
  asked(key: string): void {
    this.#intervals.set(key, undefined);
  }

  answered(key: string, intervalMs: number): void {
    this.#intervals.set(key, intervalMs);
  }

  /** A call was answered well: what it did is on disk. */
  kept(decided: number, house: House | undefined): void {
    if (!house?.process.alive) return;
    this.#verdicts.demand(
      house.engine.log.lastSequence >= decided,
      "told-is-kept",
      () =>
        `an operator was answered with ${decided} decided and ${house.engine.log.lastSequence} kept`,
    );
  }

  /** What operators were answered holds, in this life of the server and in the next. */
  look({ engine }: House): void {
    for (const [key, intervalMs] of this.#intervals) {
      const [organizationId, agentId] = key.split("/");
      const slot = engine.monitor.find(organizationId, agentId);
      if (slot === undefined || intervalMs === undefined) continue;
      const policy = engine.monitor.policyOf(slot);
      this.#verdicts.demand(
        policy.intervalMs === intervalMs,
        "restart",
        () => `an operator set an interval of ${intervalMs} ms; it is ${policy.intervalMs} ms`,
        key,
      );
    }
  }

  removed(key: string): void {
    this.#intervals.delete(key);
  }

  audited(summary: GetStatusResponse, list: ListAgentsResponse): void {
    const states = new Map<string, bigint>();
    for (const { state } of list.agents) {
      const name = AgentState[state];
      states.set(name, (states.get(name) ?? 0n) + 1n);
    }
    if (list.totalSize > BigInt(list.agents.length)) return;
    const counted = Object.entries(summary.agentsByState).sort();
    this.#verdicts.demand(
      JSON.stringify(counted, bigintText) === JSON.stringify([...states].sort(), bigintText),
      "sums",
      () =>
        `GetStatus has ${JSON.stringify(counted, bigintText)}, ListAgents ${JSON.stringify([...states].sort(), bigintText)}`,
    );
  }
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
