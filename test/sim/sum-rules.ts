import type { BeatRequest } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import type { AgentState } from "../../src/events/event.ts";
import { Flag, stateNames } from "../../src/monitor/columns.ts";
import type { Monitor } from "../../src/monitor/monitor.ts";
import type { House } from "./house.ts";
import type { RecordRules } from "./record-rules.ts";
import type { ServerStream } from "./stream.ts";
import type { Verdicts } from "./verdicts.ts";

/** The monitor's books agree with one another, and with the ledger of the events. */
export class SumRules {
  readonly #verdicts: Verdicts;
  readonly #record: RecordRules;
  #heardSurely = 0;
  #heardMaybe = 0;

  constructor(verdicts: Verdicts, record: RecordRules) {
    this.#verdicts = verdicts;
    this.#record = record;
  }

  /** What a new life has taken up is what was kept. */
  restarted(house: House): void {
    this.#heardSurely = 0;
    this.#heardMaybe = 0;
    this.#compare(house.engine.monitor, "restart");
  }

  heard(stream: ServerStream, _beat: BeatRequest): void {
    if (stream.endedWith === undefined || stream.endedWith === null) this.#heardSurely++;
    else this.#heardMaybe++;
  }

  called(): void {
    this.#heardMaybe++;
  }

  look({ engine }: House): void {
    const { monitor } = engine;
    this.#compare(monitor, "sums");
    const { beatsTotal } = monitor;
    this.#verdicts.demand(
      beatsTotal <= this.#heardSurely + this.#heardMaybe,
      "sums",
      () =>
        `${beatsTotal} beats were counted; at most ${this.#heardSurely + this.#heardMaybe} came`,
    );
  }

  #compare(monitor: Monitor, check: "sums" | "restart"): void {
    const { columns, directory } = monitor;
    const byEvents = new Map<AgentState, number>();
    const { agents } = this.#record.live;
    let held = 0;
    let known = 0;
    for (const organizationId of directory.organizations()) {
      for (const slot of directory.slots(organizationId)) {
        known++;
        if (columns.has(slot, Flag.held)) held++;
        const key = `${organizationId}/${columns.agentId[slot]}`;
        const state = stateNames[columns.state(slot)];
        byEvents.set(state, (byEvents.get(state) ?? 0) + 1);
        const account = agents.get(key);
        const paused = columns.has(slot, Flag.paused);
        this.#verdicts.demand(
          account?.state === state &&
            account.paused === paused &&
            account.epoch === columns.epoch[slot],
          check,
          () =>
            `the monitor has it ${state}${paused ? ", paused" : ""}, epoch ${columns.epoch[slot]}; by its events it is ${account && JSON.stringify({ ...account, tasks: undefined })}`,
          key,
        );
        this.#compareTasks(monitor, slot, key, check);
        this.#verdicts.demand(
          (state !== "down" && state !== "left") || account?.tasks.size === 0,
          "sums",
          () => `it is ${state}, and tasks of it are in flight`,
          key,
        );
      }
    }
    this.#verdicts.demand(
      known === agents.size,
      check,
      () => `the monitor knows ${known} agents, the events ${agents.size}`,
    );
    this.#verdicts.demand(
      held === (monitor.protection?.heldCount(undefined) ?? 0),
      check,
      () => `${held} agents are held; ${monitor.protection?.heldCount(undefined)} are counted`,
    );
    for (const state of stateNames) {
      this.#verdicts.demand(
        monitor.population(state) === (byEvents.get(state) ?? 0),
        check,
        () => `${monitor.population(state)} are counted ${state}, ${byEvents.get(state) ?? 0} are`,
      );
    }
  }

  #compareTasks(monitor: Monitor, slot: number, key: string, check: "sums" | "restart"): void {
    const told = this.#record.live.agents.get(key)?.tasks;
    const inFlight = monitor.tasks.inFlightCount(slot);
    this.#verdicts.demand(
      told?.size === inFlight,
      check,
      () =>
        `${inFlight} tasks are in flight; by its events ${told && [...told.keys()].join(", ")} are`,
      key,
    );
  }
}
