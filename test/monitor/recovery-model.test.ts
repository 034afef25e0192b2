import fc from "fast-check";
import { expect, it } from "vitest";
import { HeartbeatError } from "../../src/errors.ts";
import type { Slot } from "../../src/monitor/columns.ts";
import type { KeptRecord } from "../../src/monitor/keeping.ts";
import { Monitor } from "../../src/monitor/monitor.ts";
import type { AgentRecord, EndedTask, TaskRecord } from "../../src/monitor/records.ts";
import { usualRetry } from "../../src/monitor/retry-policy.ts";
import { Bench } from "./harness.ts";

const SECOND = 1_000;
const options = { keepsChanges: true, retentionMs: 20 * SECOND };
/** Beats are not what is tested here. */
const policy = { intervalMs: 86_400_000, graceMs: 3_600_000 };
const retry = { ...usualRetry, maxAttempts: 5, backoffMs: 500 };

type TaskKept = TaskRecord | EndedTask;

function isTask(record: KeptRecord): record is TaskKept {
  return "taskId" in record;
}

/** Agents that begin, lose, take up and end tasks, and a monitor that is killed among them. */
class Unrest extends Bench {
  readonly #agents = new Map<string, AgentRecord>();
  readonly #tasks = new Map<string, TaskKept>();
  #lives = 0;
  /** How many events were looked at, and the highest epoch of any attempt in them that was handed on. */
  #seen = 0;
  #highest = 0;

  constructor() {
    super(options);
  }

  slot(agentId: string): Slot | undefined {
    return this.monitor.find("default", agentId);
  }

  begin(agentId: string, epoch: number): void {
    const instanceId = `${agentId}-${++this.#lives}`;
    const { slot } = this.attach(agentId, { policy, instanceId, epoch });
    this.monitor.setTaskTaker(slot, true);
  }

  /** What the disk has by now. */
  keep(): void {
    const { keeping } = this.monitor;
    for (const { changed, discarded } of [keeping.take(), keeping.takeQuiet(1_000)]) {
      for (const { agentId, taskId } of discarded) {
        if (taskId !== undefined) this.#tasks.delete(`${agentId}/${taskId}`);
        else {
          this.#agents.delete(agentId);
          for (const key of this.#tasks.keys()) {
            if (key.startsWith(`${agentId}/`)) this.#tasks.delete(key);
          }
        }
      }
      for (const record of changed) {
        if (isTask(record)) this.#tasks.set(`${record.agentId}/${record.taskId}`, record);
        else this.#agents.set(record.agentId, record);
      }
    }
  }

  restart(): void {
    const { epochFloor } = this.monitor;
    const monitor = new Monitor(this.now, options);
    for (const [agentId, record] of this.#agents) {
      const slot = monitor.keeping.restoreAgent(record, 0, this.now.mono, this.now);
      for (const task of this.#tasks.values()) {
        if (task.agentId === agentId) monitor.keeping.restoreTask(slot, task, this.now);
      }
    }
    monitor.wasRestarted(this.now);
    monitor.raiseEpochFloor(epochFloor);
    this.monitor = monitor;
  }

  /** A new owner's epoch is beyond that of every owner before, whoever forgot them. */
  checkOffers(): void {
    for (const event of this.events.slice(this.#seen)) {
      if (!("task" in event) || event.task.attempt === 1) continue;
      const { epoch } = event.task;
      if (event.type === "task_retried") expect(epoch).toBeGreaterThan(this.#highest);
      this.#highest = Math.max(this.#highest, epoch);
    }
    this.#seen = this.events.length;
  }

  checkCounts(): void {
    const { tasks } = this.monitor;
    for (const slot of tasks.slots()) {
      const states = [...tasks.states(slot)];
      const inFlight = states.filter((s) => s === "running" || s === "stale" || s === "offered");
      expect(tasks.inFlightCount(slot)).toBe(inFlight.length);
    }
  }
}

const state = fc.constantFrom("running", "running", "succeeded", "failed", "canceled");
/** What an agent claims to hold: nothing, a number of its own, or that of an offer. */
const claim = fc.oneof(
  fc.constant("none" as const),
  fc.constant("offered" as const),
  fc.integer({ min: 1, max: 60 }),
);
const deed = fc.record({
  agentId: fc.constantFrom("a", "b", "c"),
  taskId: fc.constantFrom("t", "u"),
  act: fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant("begin" as const), epoch: fc.nat(30) }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constant("report" as const), state, claim }) },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant("pass" as const),
        ms: fc.integer({ min: 1, max: 12_000 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom("die", "die", "unregister", "remove", "cancel", "touch", "idle"),
      }),
    },
  ),
});
type Deed = typeof deed extends fc.Arbitrary<infer Value> ? Value : never;

function act(unrest: Unrest, { agentId, taskId, act }: Deed): void {
  const { monitor, now } = unrest;
  if (act.do === "pass") return unrest.pass(act.ms);
  if (act.do === "restart") return unrest.restart();
  if (act.do === "begin") return unrest.begin(agentId, act.epoch);
  const slot = unrest.slot(agentId);
  if (slot === undefined) return;
  switch (act.do) {
    case "report": {
      const known = monitor.task(slot, taskId, now);
      const present = known && known.attempt > 1 ? known.epoch : 0;
      const token = act.claim === "none" ? 0 : act.claim === "offered" ? present : act.claim;
      const thresholds = { staleAfterMs: 2 * SECOND, timeoutAfterMs: 9 * SECOND };
      return void unrest.task(slot, taskId, { state: act.state, token, retry, ...thresholds });
    }
    case "die": {
      const death = { reason: "boom", failed: true, expectedBackInMs: undefined };
      monitor.detach(slot);
      return monitor.leave(slot, death, now);
    }
    case "unregister":
      return monitor.unregister(slot, "", now);
    case "remove":
      return monitor.remove(slot, "", now);
    case "cancel":
      return void monitor.cancelTask(slot, taskId, "", now);
    case "touch":
      return monitor.touchTasks(slot, now);
    case "idle":
      return monitor.setIdle(slot, !unrest.view(slot).idle, now);
  }
}

it("hands tasks on under epochs that only grow, and knows what is in flight, whatever happens", () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 120, size: "max" }), (deeds) => {
      const unrest = new Unrest();
      for (const agentId of ["a", "b"]) unrest.begin(agentId, 0);
      for (const one of deeds) {
        try {
          act(unrest, one);
        } catch (error) {
          // An old epoch, or a task that is unknown or over: refused, and nothing has changed.
          if (!(error instanceof HeartbeatError)) throw error;
        }
        unrest.take();
        unrest.keep();
        unrest.checkOffers();
        unrest.checkCounts();
      }
    }),
    { numRuns: 300 },
  );
});
